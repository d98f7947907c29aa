import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { id, startPreviewWithWeb, summary } from './preview-with-web.js';

const hop = { service: 'web', version: 'v1', pod: 'web-1', caller: null, attempts: 3, ms: 2 };

describe.each(['v1', 'v2'])('a visit of version %s', (version) => {
  let preview: Awaited<ReturnType<typeof startPreviewWithWeb>>;

  beforeAll(async () => {
    preview = await startPreviewWithWeb(version, { FAULTS: 'on' });
  });

  afterAll(() => preview?.close());

  beforeEach(() => {
    preview.script.requests = [];
    preview.script.answers = {
      'GET /documents': { json: { items: [summary], next: null } },
      'GET /path': { json: { hops: [hop] } },
      'GET /openapi.json': { json: { openapi: '3.1.0', paths: {} } },
      [`GET /documents/${id}`]: { json: { ...summary, body: 'text' } },
    };
  });

  const cookieOf = async (path: string, cookie?: string) =>
    (await preview.page(path, cookie === undefined ? {} : { headers: { cookie } })).headers.get('set-cookie');
  const kept = `version=${version}; Path=/; HttpOnly; SameSite=Lax`;

  test('is kept at this version by every page, a failed one too, and by nothing else', async () => {
    for (const path of ['/', `/d/${id}`, `/d/${id}/edit`, '/d/nothing']) expect(await cookieOf(path), path).toBe(kept);
    for (const path of ['/api/path', `/assets/${version}/style.css`, '/healthz', '/api/documents'])
      expect(await cookieOf(path), path).toBe(null);
    expect(await cookieOf('/', `a=b; version=${version}`)).toBe(null);
    expect(await cookieOf('/', 'version=v9')).toBe(kept);
  });

  test('chooses again where a request asks for a version, and where it asks for any', async () => {
    const asked = await preview.page(`/?version=${version}`, { headers: { cookie: 'version=v9' } });
    expect([asked.status, asked.headers.get('location'), asked.headers.get('set-cookie')]).toEqual([303, '/', kept]);
    const any = await preview.page('/?version=any', { headers: { cookie: kept } });
    expect([any.status, any.headers.get('set-cookie')]).toEqual([303, 'version=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax']);
    expect((await preview.page('/?version=%0d%0aset-cookie:x')).status).toBe(400);
  });

  test('gets what is worth it compressed, and the same without', async () => {
    for (const path of ['/', `/assets/${version}/base.css`]) {
      const plain = await preview.page(path, { headers: { 'accept-encoding': 'identity' } });
      const packed = await preview.page(path, { headers: { 'accept-encoding': 'br' } });
      expect([plain.headers.get('content-encoding'), packed.headers.get('content-encoding')]).toEqual([null, 'br']);
      expect(packed.headers.get('vary')).toContain('accept-encoding');
      expect(Number(packed.headers.get('content-length'))).toBeLessThan(Number(plain.headers.get('content-length')) / 2);
      if (path.startsWith('/assets')) {
        expect(packed.text).toBe(plain.text);
        expect(packed.headers.get('etag')).not.toBe(plain.headers.get('etag'));
      }
    }
    const font = await preview.page(`/assets/${version}/text.woff2`);
    expect([font.headers.get('content-type'), font.headers.get('content-encoding')]).toEqual(['font/woff2', null]);
  });

  test('injects a fault only into the path, where fault injection is on, and shows the attempt', async () => {
    const { text } = await preview.page('/?fault=core%3Dunavailable%3A0.3');
    expect(text).toContain('<option value="core=unavailable:0.3" selected>');
    expect(text).toContain('data-attempts="3"');
    const asked = preview.script.requests.map(({ url, headers }) => [url, headers['x-fault']]);
    expect(asked.sort()).toEqual([
      ['/documents', undefined],
      ['/path', 'core=unavailable:0.3'],
    ]);
    expect((await preview.page('/?fault=postgres%3Dgone')).status).toBe(400);
  });

  test('is shown what an injected failure led to', async () => {
    preview.script.answers['GET /path'] = { status: 504, json: { detail: 'core did not answer in time' } };
    const { status, text } = await preview.page('/?fault=core%3Ddelay%3A2s');
    expect(status).toBe(200);
    expect(text).toMatch(/data-outcome="status">504<\/span> after <span data-outcome="ms">[\d.]+<\/span> ms/);
    expect(text).toContain('core did not answer in time');
  });

  test('finds the description of the API with the address that the API has here', async () => {
    expect(JSON.parse((await preview.page('/api/openapi.json')).text)).toEqual({ openapi: '3.1.0', paths: {}, servers: [{ url: '/api' }] });
  });
});

test('where fault injection is off, the page offers none and ignores those that are asked for', async () => {
  const preview = await startPreviewWithWeb('v1');
  try {
    preview.script.answers = { 'GET /documents': { json: { items: [], next: null } }, 'GET /path': { json: { hops: [hop] } } };
    expect((await preview.page('/?fault=core%3Dunavailable')).text).not.toContain('<select');
    expect(preview.script.requests.map(({ headers }) => headers['x-fault'])).toEqual([undefined, undefined]);
  } finally {
    await preview.close();
  }
});
