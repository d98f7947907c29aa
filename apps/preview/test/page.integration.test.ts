import { freePort } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startPreview } from './preview-app.js';
import { id, startPreviewWithWeb, summary } from './preview-with-web.js';
import type { Answer } from './scripted-web.js';

const webHop = { service: 'web', version: 'v1', pod: 'web-1', caller: 'spiffe://mesh/preview', attempts: 1, ms: 2 };
const coreHop = { service: 'core', version: 'v1', pod: 'core-1', caller: null, attempts: 2, ms: 0 };
const attack = `"><script>alert('x')</script><img src=x onerror="alert(1)">&`;

describe.each(['v1', 'v2'])('version %s', (version) => {
  let preview: Awaited<ReturnType<typeof startPreviewWithWeb>>;

  beforeAll(async () => {
    preview = await startPreviewWithWeb(version);
  });

  afterAll(() => preview?.close());

  beforeEach(() => {
    preview.script.requests = [];
    preview.script.answers = {
      'GET /documents': { json: { items: [summary], next: null } },
      'GET /path': { json: { hops: [webHop, coreHop] } },
      'POST /documents': { status: 201, headers: { location: `/documents/${id}` }, json: { ...summary, body: 'B' } },
      [`GET /documents/${id}`]: { json: { ...summary, body: '# One\n\ntext\n\n## Two' } },
    };
  });

  const page = (path: string, init?: RequestInit) => preview.page(path, init);
  const submit = (fields: Record<string, string>) => preview.submit('/documents', fields);

  test('the page has the form, the documents and the path in the order of travel', async () => {
    const { status, text } = await page('/', { headers: { 'x-forwarded-client-cert': 'URI=spiffe://mesh/gateway' } });
    expect(status).toBe(200);
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(text).toContain(`<a class="title" href="/d/${id}"><bdi>A title</bdi></a>`);
    expect(text).toMatch(/<input type="hidden" name="key" value="[0-9a-f-]{36}">/);
    const visible = text.slice(0, text.indexOf('<template'));
    expect([...visible.matchAll(/data-hop="service">(\w+)</g)].map(([, service]) => service)).toEqual(['preview', 'web', 'core']);
    expect(visible).toContain('spiffe://<wbr>mesh/<wbr>gateway');
    expect(visible).toContain('not verified: no sidecar');
  });

  test('each form has a key of its own', async () => {
    const keyIn = (text: string) => /name="key" value="([^"]+)"/.exec(text)?.[1];
    expect(keyIn((await page('/')).text)).not.toBe(keyIn((await page('/')).text));
  });

  test('older documents are one link away', async () => {
    preview.script.answers['GET /documents'] = { json: { items: [summary], next: 'c+2' } };
    expect((await page('/')).text).toContain('<a href="/?cursor=c%2B2" rel="next">');
    await page('/?cursor=c%2B2');
    expect(preview.script.requests).toContainEqual(expect.objectContaining({ url: '/documents?cursor=c%2B2' }));
  });

  test('a form that is sent writes through web with its key and leads to the document', async () => {
    const { status, headers } = await submit({ title: 'A title', body: 'one\r\ntwo', key: 'k-1' });
    expect([status, headers.get('location')]).toEqual([303, `/d/${id}`]);
    const [request] = preview.script.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/documents', headers: { 'idempotency-key': 'k-1' } });
    expect(JSON.parse(request?.body ?? '')).toEqual({ title: 'A title', body: 'one\ntwo' });
  });

  test('a form that is not valid comes back with what was typed, the rule and the same key, and web is not asked to write', async () => {
    const { status, text } = await submit({ title: '', body: '\nkept </textarea>', key: 'k-1' });
    expect(status).toBe(400);
    expect(text).toContain('<p class="error" id="title-error">must not be empty</p>');
    expect(text).toContain('\nkept &lt;/textarea&gt;</textarea>');
    expect(text).toContain('name="key" value="k-1"');
    expect(preview.script.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('where web fails the form comes back with what was typed and the same key, so that sending it again writes once', async () => {
    preview.script.answers['POST /documents'] = {
      status: 503,
      headers: { 'retry-after': '1' },
      json: { detail: 'core cannot answer now' },
    };
    const { status, headers, text } = await submit({ title: 'Kept', body: 'B', key: 'k-1' });
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(text).toContain('Not saved: core cannot answer now. Try again in a second.');
    expect(text).toContain('value="Kept"');
    expect(text).toContain('name="key" value="k-1"');
  });

  test('a form that wrote something else before gets a new key', async () => {
    preview.script.answers['POST /documents'] = { status: 409, json: { detail: 'used' } };
    const { status, text } = await submit({ title: 'T', body: 'B', key: 'k-1' });
    expect(status).toBe(409);
    expect(text).not.toContain('value="k-1"');
  });

  test('a document is shown rendered', async () => {
    const { status, text } = await page(`/d/${id}`);
    expect(status).toBe(200);
    expect(text).toContain('<h1><bdi>A title</bdi></h1>');
    expect(text).toContain('<h2 id="section-1">One</h2>');
    expect([text.includes('to read'), text.includes('href="#section-2"')]).toEqual(version === 'v2' ? [true, true] : [false, false]);
  });

  test('markup in a title, a body or a hop is never markup of the page', async () => {
    const hostile = { ...summary, title: attack };
    preview.script.answers[`GET /documents/${id}`] = { json: { ...hostile, body: `# ${attack}\n\n${attack}\n\n[x](javascript:alert(1))` } };
    preview.script.answers['GET /documents'] = { json: { items: [hostile], next: '"><script>' } };
    preview.script.answers['GET /path'] = { json: { hops: [{ ...webHop, service: attack, caller: attack }] } };
    const texts = [
      (await page('/')).text,
      (await page(`/d/${id}`)).text,
      (await submit({ title: attack.repeat(9), body: attack, key: 'k' })).text,
    ];
    for (const text of texts) {
      expect(text).toContain('&lt;script&gt;');
      expect(text.replace(/<script type="module" src="\/assets\/v\d\/page\.js"><\/script>/, '')).not.toMatch(/<script|<img|"javascript:/);
    }
  });

  test('a missing document is a page that states it, with the request id', async () => {
    preview.script.answers[`GET /documents/${id}`] = { status: 404, json: { detail: 'no document has this id' } };
    const { status, headers, text } = await page(`/d/${id}`);
    expect([status, headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(text).toContain('No document has this id.');
    expect(text).toContain(`Request ${headers.get('x-request-id')}`);
  });

  test('the page is there without its documents, with the status of the failure', async () => {
    preview.script.answers['GET /documents'] = { status: 503, json: { detail: 'core cannot answer now' } };
    preview.script.answers['GET /path'] = { status: 503, json: {} };
    const { status, text } = await page('/');
    expect(status).toBe(503);
    expect(text).toContain('The documents cannot be shown: core cannot answer now.');
    expect(text).toContain('data-outcome="status">503</span>');
    expect(text).toContain('<form');
  });

  test('every answer names the version that served it, and restricts the browser', async () => {
    for (const path of ['/', `/d/${id}`, '/api/path', `/assets/${version}/style.css`, '/no/such/page', '/healthz']) {
      const { headers } = await page(path);
      expect(headers.get('x-served-by'), path).toBe(`preview/${version}`);
      const policy = headers.get('content-security-policy')?.split('; ');
      expect(policy, path).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "base-uri 'none'",
          "frame-ancestors 'none'",
          "form-action 'self'",
        ]),
      );
      expect(policy?.join(), path).not.toContain('unsafe');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
    }
  });

  test('each asset that the page names is there, under the name of its version, and no script or style is inline', async () => {
    const { text } = await page('/');
    const assets = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
    const names = assets.map((path) => path.slice(`/assets/${version}/`.length));
    expect(names).toEqual(expect.arrayContaining(['icon.svg', 'text.woff2', 'base.css', 'style.css', 'page.js', 'editor.js']));
    expect(new Set(names).size).toBe(names.length);
    for (const path of assets) {
      const { status, headers } = await page(path);
      expect(status).toBe(200);
      expect((await page(path, { headers: { 'if-none-match': headers.get('etag') ?? '' } })).status).toBe(304);
    }
    expect(text).not.toMatch(/<style|style="|<script>|\son\w+="/);
  });

  test.each([
    '/assets/v9/style.css',
    '/assets/v1/../page-version.js',
    `/assets/${version}/..%2fpage-version.js`,
    `/assets/${version}/page-version.js`,
  ])('%s is no asset of this version', async (path) => {
    expect((await page(path)).status).toBe(404);
  });

  describe('the API that is handed on', () => {
    test("the path is preview's hop and then those behind it", async () => {
      const headers = { 'x-forwarded-client-cert': 'URI=spiffe://forged,By=b;URI=spiffe://mesh/gateway', 'x-envoy-attempt-count': '2' };
      const own = { service: 'preview', version, pod: 'p-1', caller: 'spiffe://mesh/gateway', attempts: 2, ms: expect.any(Number) };
      expect(JSON.parse((await page('/api/path', { headers })).text)).toEqual({ hops: [own, webHop, coreHop] });
    });

    test('a write goes on with its key, and the answer names where it is in this API', async () => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': 'k-1' };
      const answer = await page('/api/documents', { method: 'POST', headers, body: '{"title":"T","body":"B"}' });
      expect([answer.status, answer.headers.get('location')]).toEqual([201, `/api/documents/${id}`]);
      expect(preview.script.requests).toMatchObject([
        { method: 'POST', url: '/documents', headers: { 'idempotency-key': 'k-1' }, body: '{"title":"T","body":"B"}' },
      ]);
    });

    test('reads go on with their query', async () => {
      await page('/api/documents?limit=3&cursor=x');
      await page(`/api/documents/${id}`);
      expect(preview.script.requests.map(({ url }) => url)).toEqual(['/documents?limit=3&cursor=x', `/documents/${id}`]);
    });

    test('a change goes on with the revision that was edited, and the next one comes back', async () => {
      preview.script.answers[`PUT /documents/${id}`] = { headers: { etag: '"2"' }, json: { ...summary, revision: 2, body: 'B' } };
      const headers = { 'content-type': 'application/json', 'if-match': '"1"' };
      const answer = await page(`/api/documents/${id}`, { method: 'PUT', headers, body: '{"title":"T","body":"B"}' });
      expect([answer.status, answer.headers.get('etag'), JSON.parse(answer.text).revision]).toEqual([200, '"2"', 2]);
      expect(preview.script.requests).toMatchObject([
        { method: 'PUT', url: `/documents/${id}`, headers: { 'if-match': '"1"' }, body: '{"title":"T","body":"B"}' },
      ]);
    });

    test('a deletion goes on, with its condition and without content, and 204 comes back', async () => {
      preview.script.answers[`DELETE /documents/${id}`] = { status: 204 };
      const answer = await page(`/api/documents/${id}`, { method: 'DELETE', headers: { 'if-match': '"3"' } });
      expect([answer.status, answer.headers.get('content-type'), answer.text]).toEqual([204, null, '']);
      expect(preview.script.requests).toMatchObject([
        { method: 'DELETE', url: `/documents/${id}`, headers: { 'if-match': '"3"' }, body: '' },
      ]);
      expect(preview.script.requests[0]?.headers).not.toHaveProperty('content-type');
    });

    test('who has the document already gets 304 with its validator', async () => {
      preview.script.answers[`GET /documents/${id}`] = { status: 304, headers: { etag: '"7"' } };
      const answer = await page(`/api/documents/${id}`, { headers: { 'if-none-match': '"7"' } });
      expect([answer.status, answer.headers.get('etag'), answer.text]).toEqual([304, '"7"', '']);
      expect(preview.script.requests[0]?.headers['if-none-match']).toBe('"7"');
    });

    test.each(['GET', 'PUT', 'DELETE'])('%s of an id that is no UUIDv7 is 400 and web is not asked', async (method) => {
      const init = method === 'PUT' ? { method, headers: { 'content-type': 'application/json' }, body: '{}' } : { method };
      expect((await page('/api/documents/..%2fpath', init)).status).toBe(400);
      expect(preview.script.requests).toEqual([]);
    });

    test('a problem comes back as it is', async () => {
      const problem = { type: 'about:blank', status: 503, detail: 'core cannot answer now' };
      const refusal: Answer = { status: 503, headers: { 'content-type': 'application/problem+json', 'retry-after': '1' }, json: problem };
      preview.script.answers['GET /documents'] = refusal;
      const { status, headers, text } = await page('/api/documents');
      expect([status, headers.get('content-type'), headers.get('retry-after')]).toEqual([503, 'application/problem+json', '1']);
      expect(JSON.parse(text)).toEqual(problem);
    });

    test('only the headers of a list cross preview, in both directions', async () => {
      preview.script.answers['GET /documents'] = {
        headers: { 'set-cookie': 's=1', 'x-served-by': 'web/v1', server: 'x' },
        json: { items: [], next: null },
      };
      const sent = {
        'x-request-id': 'r-1',
        'x-fault': 'web=delay:2s',
        cookie: 'c',
        authorization: 'a',
        'x-forwarded-client-cert': 'URI=x',
      };
      const { headers } = await page('/api/documents', { headers: sent });
      const received = preview.script.requests[0]?.headers ?? {};
      expect(received).toMatchObject({ 'x-request-id': 'r-1', 'x-fault': 'web=delay:2s' });
      expect(Object.keys(received)).not.toEqual(expect.arrayContaining(['cookie']));
      expect([received.cookie, received.authorization, received['x-forwarded-client-cert']]).toEqual([undefined, undefined, undefined]);
      expect([headers.get('set-cookie'), headers.get('server'), headers.get('x-served-by')]).toEqual([null, null, `preview/${version}`]);
    });

    test("an answer that takes longer than the caller's proxy waits is 504", async () => {
      preview.script.answers['GET /documents'] = new Promise(() => {});
      expect((await page('/api/documents', { headers: { 'x-envoy-expected-rq-timeout-ms': '100' } })).status).toBe(504);
    });

    test('an answer that is too large is 502', async () => {
      preview.script.answers['GET /documents'] = { json: 'x'.repeat(3 * 1024 * 1024) };
      expect((await page('/api/documents')).status).toBe(502);
    });
  });
});

test("where no process listens at web's address the API is 503 and preview is ready all the same", async () => {
  const { url, close } = await startPreview('v1', { WEB_URL: `http://127.0.0.1:${await freePort()}` });
  try {
    const api = await fetch(`${url}/api/documents`);
    expect([api.status, api.headers.get('retry-after'), await api.json()]).toEqual([
      503,
      '1',
      expect.objectContaining({ detail: 'web cannot be reached' }),
    ]);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  } finally {
    await close();
  }
});
