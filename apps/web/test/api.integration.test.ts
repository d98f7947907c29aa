import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startScriptedCore } from './scripted-core.js';
import { createWebApp, type WebApp } from './web-app.js';

const id = '0198c5a0-0000-7000-8000-000000000000';
const at = { seconds: '1763806830', nanos: 123_000_000 };
const message = { id, title: 'T', revision: 1, createdAt: at, updatedAt: at };
const summary = { id, title: 'T', revision: 1, createdAt: '2025-11-22T10:20:30.123Z', updatedAt: '2025-11-22T10:20:30.123Z' };

let core: Awaited<ReturnType<typeof startScriptedCore>>;
let web: WebApp;
let url: string;

beforeAll(async () => {
  core = await startScriptedCore();
  web = await createWebApp(core.address);
  await web.listen();
  url = web.url;
});

afterAll(async () => {
  await web?.app.close();
  core?.stop();
});

beforeEach(() => {
  core.script.calls = [];
  core.script.answer = () => ({});
});

const fails =
  (code: status, details = 'details of core') =>
  () => {
    throw { code, details };
  };

const textOf = (body: unknown) => (typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body));
const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}/documents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'k-1', ...headers },
    body: textOf(body),
  });
const put = (body: unknown, headers: Record<string, string> = { 'if-match': '"1"' }) =>
  fetch(`${url}/documents/${id}`, { method: 'PUT', headers: { 'content-type': 'application/json', ...headers }, body: textOf(body) });

describe('POST /documents', () => {
  test('writes through core with the key and answers 201 with the document and where it is', async () => {
    core.script.answer = () => ({ ...message, body: 'B' });
    const response = await post({ title: 'T', body: 'B' });
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(`/documents/${id}`);
    expect(response.headers.get('etag')).toBe('"1"');
    expect(await response.json()).toEqual({ ...summary, body: 'B' });
    expect(core.script.calls).toMatchObject([{ method: 'Documents/Create', request: { idempotencyKey: 'k-1', title: 'T', body: 'B' } }]);
  });

  test('without a key it is 428 and core is not asked', async () => {
    const response = await post({ title: 'T', body: 'B' }, { 'idempotency-key': '' });
    expect(response.status).toBe(428);
    expect(core.script.calls).toEqual([]);
  });

  test('a malformed key is 400', async () => {
    expect((await post({ title: 'T', body: '' }, { 'idempotency-key': 'two words' })).status).toBe(400);
  });

  test('a document that is not valid is 400 with each field and its rule', async () => {
    const response = await post({ title: '', body: 5, colour: 'red' });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = (await response.json()) as { errors: { field: string }[] };
    expect(problem).toMatchObject({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      requestId: response.headers.get('x-request-id'),
    });
    expect(problem.errors.map(({ field }) => field)).toEqual(['title', 'body', '']);
    expect(core.script.calls).toEqual([]);
  });

  test.each([
    ['malformed JSON', '{', {}, 400],
    ['a body that is too large', { title: 'T', body: 'x'.repeat(600_000) }, {}, 413],
    ['a body that is not UTF-8', Buffer.from([...Buffer.from('{"title":"'), 0xff, ...Buffer.from('","body":""}')]), {}, 400],
    ['an empty body', '', {}, 400],
    ['JSON nested a hundred thousand times', '['.repeat(100_000) + ']'.repeat(100_000), {}, 400],
    ['a body with a Content-Encoding', '{"title":"T","body":""}', { 'content-encoding': 'gzip' }, 415],
    ['another content type', 'title=T', { 'content-type': 'text/plain' }, 415],
    ['a title of invisible characters', { title: '\u200b\u2800\u{e0041}', body: '' }, {}, 400],
    ['a key that poisons prototypes', '{"__proto__":{"title":"x"},"title":"T","body":""}', {}, 400],
  ])('%s is refused with a problem document', async (_, body, headers, expected) => {
    const response = await post(body, headers as Record<string, string>);
    expect([response.status, response.headers.get('content-type')]).toEqual([expected, 'application/problem+json']);
    expect(await response.json()).toMatchObject({ status: expected, requestId: response.headers.get('x-request-id') });
    expect(core.script.calls).toEqual([]);
  });

  test.each([65, 100_000])('JSON of %i levels is a 400 that states the limit', async (levels) => {
    for (const method of [post, put]) {
      const response = await method(`{"title":"T","body":"B","more":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`);
      expect([response.status, await response.json()]).toMatchObject([400, { detail: 'the JSON is nested too deeply (limit 64)' }]);
    }
    expect(core.script.calls).toEqual([]);
  });

  test('the answer about unknown fields does not grow with them', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`field-${n}`, n]));
    const response = await post({ title: 'T', body: '', ...unknown });
    expect(response.status).toBe(400);
    expect((await response.text()).length).toBeLessThan(1000);
  });

  test('a body of 256 KiB passes even where JSON escapes each of its characters', async () => {
    core.script.answer = () => ({ ...message, body: '' });
    expect((await post({ title: 'T', body: '"'.repeat(256 * 1024) })).status).toBe(201);
  });
});

describe('GET /documents', () => {
  test('a page has its items and the cursor of the next one', async () => {
    core.script.answer = () => ({ items: [message], next: 'c-2' });
    expect(await (await fetch(`${url}/documents?limit=1&cursor=c-1`)).json()).toEqual({ items: [summary], next: 'c-2' });
    expect(core.script.calls).toMatchObject([{ method: 'Documents/List', request: { limit: 1, cursor: 'c-1' } }]);
  });

  test('the last page has a null next, and an unset limit is twenty', async () => {
    core.script.answer = () => ({ items: [], next: '' });
    expect(await (await fetch(`${url}/documents`)).json()).toEqual({ items: [], next: null });
    expect(core.script.calls).toMatchObject([{ request: { limit: 20, cursor: '' } }]);
  });

  test.each(['limit=0', 'limit=101', 'limit=x', 'cursor=', 'page=2', 'limit=1&limit=2'])('?%s is 400', async (query) => {
    expect((await fetch(`${url}/documents?${query}`)).status).toBe(400);
    expect(core.script.calls).toEqual([]);
  });

  test('an id that is no UUIDv7 is 400', async () => {
    expect((await fetch(`${url}/documents/1`)).status).toBe(400);
  });
});

describe('GET /documents/:id', () => {
  beforeEach(() => {
    core.script.answer = () => ({ ...message, revision: 7, body: 'B' });
  });
  const get = (headers: Record<string, string> = {}) => fetch(`${url}/documents/${id}`, { headers });

  test('the document comes with its revision as a strong validator', async () => {
    const response = await get();
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"7"']);
    expect(await response.json()).toEqual({ ...summary, revision: 7, body: 'B' });
  });

  test.each(['"7"', 'W/"7"', '"1", "7"', '*'])(
    'who has it, If-None-Match %s, gets 304 with the validator and no content',
    async (known) => {
      const response = await get({ 'if-none-match': known });
      expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([304, '"7"', '']);
      expect(response.headers.get('content-type')).toBeNull();
    },
  );

  test.each(['"6"', '7', ''])('who has another, If-None-Match %j, gets the document', async (known) => {
    expect((await get({ 'if-none-match': known })).status).toBe(200);
  });
});

describe('PUT /documents/:id', () => {
  test('changes the document at the revision that was edited and answers 200 with the next one', async () => {
    core.script.answer = () => ({ ...message, revision: 2, body: 'B' });
    const response = await put({ title: 'T', body: 'B' });
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"2"']);
    expect(await response.json()).toEqual({ ...summary, revision: 2, body: 'B' });
    expect(core.script.calls).toMatchObject([{ method: 'Documents/Update', request: { id, title: 'T', body: 'B', revisions: [1] } }]);
  });

  test.each([
    ['*', []],
    ['"3", "4"', [3, 4]],
    ['W/"3"', [0]],
    ['"elsewhere"', [0]],
  ])('If-Match %s asks core for the revisions %j', async (ifMatch, revisions) => {
    core.script.answer = () => ({ ...message, body: 'B' });
    await put({ title: 'T', body: 'B' }, { 'if-match': ifMatch });
    expect(core.script.calls).toMatchObject([{ request: { revisions } }]);
  });

  test('without If-Match it is 428 and core is not asked', async () => {
    const response = await put({ title: 'T', body: 'B' }, {});
    expect([response.status, response.headers.get('content-type')]).toEqual([428, 'application/problem+json']);
    expect(core.script.calls).toEqual([]);
  });

  test.each(['1', '"1', 'W/1', '"1" "2"', '"1", *'])(
    'If-Match %s is 400, with the header’s rule, and core is not asked',
    async (ifMatch) => {
      const response = await put({ title: 'T', body: 'B' }, { 'if-match': ifMatch });
      expect([response.status, await response.json()]).toEqual([
        400,
        expect.objectContaining({ errors: [{ field: 'If-Match', message: expect.stringContaining('entity tag') }] }),
      ]);
      expect(core.script.calls).toEqual([]);
    },
  );

  test('a document that is not valid is 400 with each field, and core is not asked', async () => {
    const response = await put({ title: ' ', body: null, id: 'x' });
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field)).toEqual(['title', 'body', '']);
    expect(core.script.calls).toEqual([]);
  });

  test('a stale revision is 412', async () => {
    core.script.answer = fails(status.ABORTED, 'the document is at another revision');
    const response = await put({ title: 'T', body: 'B' });
    expect([response.status, response.headers.get('etag'), await response.json()]).toEqual([
      412,
      null,
      expect.objectContaining({ status: 412, detail: 'the document is at another revision' }),
    ]);
  });
});

describe('DELETE /documents/:id', () => {
  const remove = (headers: Record<string, string> = {}, target = id) => fetch(`${url}/documents/${target}`, { method: 'DELETE', headers });

  test('deletes whichever revision is there and answers 204 without content', async () => {
    const response = await remove();
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([204, null, '']);
    expect(core.script.calls).toMatchObject([{ method: 'Documents/Delete', request: { id, revisions: [] } }]);
  });

  test('with If-Match it deletes only that revision', async () => {
    await remove({ 'if-match': '"3"' });
    await remove({ 'if-match': 'W/"3"' });
    expect(core.script.calls).toMatchObject([{ request: { revisions: [3] } }, { request: { revisions: [0] } }]);
  });

  test('a malformed If-Match or id is 400 and core is not asked', async () => {
    expect((await remove({ 'if-match': '3' })).status).toBe(400);
    expect((await remove({}, '1')).status).toBe(400);
    expect(core.script.calls).toEqual([]);
  });

  test.each([
    [status.NOT_FOUND, 404],
    [status.ABORTED, 412],
  ])('gRPC status %i is %i', async (code, http) => {
    core.script.answer = fails(code);
    expect((await remove()).status).toBe(http);
  });
});

describe('what core answers', () => {
  test.each([
    [status.NOT_FOUND, 404, 'details of core'],
    [status.UNAVAILABLE, 503, 'core cannot answer now'],
    [status.PERMISSION_DENIED, 502, 'the mesh refused the call to core'],
    [status.INTERNAL, 502, 'core gave an answer that web cannot use'],
  ])('gRPC status %i becomes HTTP %i', async (code, http, detail) => {
    core.script.answer = fails(code);
    const response = await fetch(`${url}/documents/${id}`);
    expect([response.status, await response.json()]).toEqual([http, expect.objectContaining({ status: http, detail })]);
    expect(response.headers.get('retry-after')).toBe(http === 503 ? '1' : null);
  });

  test("a failed call is not tried again: retrying is the mesh's work", async () => {
    core.script.answer = fails(status.UNAVAILABLE);
    await fetch(`${url}/documents/${id}`);
    expect(core.script.calls).toHaveLength(1);
  });

  test("an answer that takes longer than the caller's proxy waits is 504", async () => {
    core.script.answer = () => new Promise(() => {});
    const startedAt = performance.now();
    const response = await fetch(`${url}/documents/${id}`, { headers: { 'x-envoy-expected-rq-timeout-ms': '150' } });
    expect(response.status).toBe(504);
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });
});

describe('what core hears', () => {
  const headersOf = () => core.script.calls[0]?.metadata.getMap();

  test('the request id, the trace and the injected faults, and nothing else of the caller', async () => {
    const handedOn = {
      'x-request-id': 'r-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'x-fault': 'core=x:1',
    };
    await fetch(`${url}/documents`, { headers: { ...handedOn, authorization: 'secret', 'x-forwarded-client-cert': 'URI=x' } });
    expect(headersOf()).toMatchObject(handedOn);
    expect(headersOf()).not.toHaveProperty('authorization');
    expect(headersOf()).not.toHaveProperty('x-forwarded-client-cert');
  });

  test("a generated request id where the caller's is missing or malformed, the same that the caller gets", async () => {
    const response = await fetch(`${url}/documents`, { headers: { 'x-request-id': 'not an id' } });
    expect(headersOf()).toMatchObject({ 'x-request-id': response.headers.get('x-request-id') });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a deadline of two seconds, or less where the caller waits less', async () => {
    await fetch(`${url}/documents`);
    await fetch(`${url}/documents`, { headers: { 'x-envoy-expected-rq-timeout-ms': '700' } });
    const [own, callers] = core.script.calls.map(({ deadlineMs }) => deadlineMs);
    expect(own).toBeGreaterThan(1000);
    expect(own).toBeLessThanOrEqual(2000);
    expect(callers).toBeGreaterThan(100);
    expect(callers).toBeLessThanOrEqual(700);
  });
});

test("the path is web's hop and then what core reports", async () => {
  core.script.answer = () => ({ hops: [{ service: 'core', version: 'v1', pod: 'core-1', attempts: 2, ms: 1.5 }] });
  const headers = { 'x-forwarded-client-cert': 'URI=spiffe://forged,By=b;URI=spiffe://mesh/preview', 'x-envoy-attempt-count': '3' };
  const own = { service: 'web', version: 'v1', pod: 'web-test', caller: 'spiffe://mesh/preview', attempts: 3, ms: expect.any(Number) };
  expect(await (await fetch(`${url}/path`, { headers })).json()).toEqual({
    hops: [own, { service: 'core', version: 'v1', pod: 'core-1', caller: null, attempts: 2, ms: 1.5 }],
  });
});
