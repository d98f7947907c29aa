import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { id, summary } from './preview-with-web.js';
import { type RunningPreview, startPreview } from './running-preview.js';

const arrays = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const objects = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
/** A document with one field more, so many levels deep in all. */
const documentOf = (levels: number, nested: (levels: number) => string) => `{"title":"T","body":"B","more":${nested(levels - 1)}}`;

let preview: RunningPreview;

beforeAll(async () => {
  preview = await startPreview({ SERVICE_VERSION: 'v1' });
}, 30_000);

afterAll(() => preview?.stop());

beforeEach(() => {
  preview.web.script.requests = [];
  preview.web.script.answers = {
    'POST /documents': { status: 400, json: { detail: 'the request is not valid' } },
    [`PUT /documents/${id}`]: { status: 400, json: { detail: 'the request is not valid' } },
  };
});

const send = async (method: string, path: string, body: string) => {
  const answer = await fetch(`${preview.url}${path}`, { method, headers: { 'content-type': 'application/json' }, body });
  return { status: answer.status, type: answer.headers.get('content-type'), problem: (await answer.json()) as { detail: string } };
};

test.each([
  ['POST', '/api/documents'],
  ['PUT', `/api/documents/${id}`],
  ['POST', '/render'],
])('%s %s with JSON of more than 64 levels is a 400 that states the limit, and no 5xx', async (method, path) => {
  for (const nested of [arrays, objects]) {
    for (const levels of [65, 100_000]) {
      const { status, type, problem } = await send(method, path, documentOf(levels, nested));
      expect([status, type, problem.detail]).toEqual([400, 'application/problem+json', 'the JSON is nested too deeply (limit 64)']);
    }
  }
  expect(preview.web.script.requests).toEqual([]);
  expect(preview.service.logs().filter(({ level }) => level === 'error')).toEqual([]);
});

test('JSON of 64 levels is web’s to judge', async () => {
  expect((await send('POST', '/api/documents', documentOf(64, arrays))).problem.detail).toBe('the request is not valid');
  expect(preview.web.script.requests).toMatchObject([{ method: 'POST', body: documentOf(64, arrays) }]);
});

test.each(['{"__proto__":{"title":"x"},"title":"T","body":"B"}', '{"constructor":{"prototype":{}},"title":"T","body":"B"}'])(
  '%s, which could change every object, is a 400',
  async (body) => {
    expect((await send('POST', '/api/documents', body)).status).toBe(400);
    expect(preview.web.script.requests).toEqual([]);
  },
);

test.each([
  ['/api/path', 'GET /path', { hops: [], more: JSON.parse(arrays(65)) }],
  ['/api/path', 'GET /path', { hops: 'none' }],
  ['/api/openapi.json', 'GET /openapi.json', { more: JSON.parse(arrays(65)) }],
  ['/api/openapi.json', 'GET /openapi.json', []],
])('%s is 502 where web’s answer cannot be used (%#)', async (path, route, json) => {
  preview.web.script.answers = { [route]: { json } };
  const answer = await fetch(`${preview.url}${path}`);
  expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
    502,
    'web gave an answer that preview cannot use',
  ]);
});

test('a document’s page is 502 where web’s answer is nested too deeply', async () => {
  preview.web.script.answers = { [`GET /documents/${id}`]: { json: { ...summary, body: '', more: JSON.parse(objects(65)) } } };
  expect((await fetch(`${preview.url}/d/${id}`)).status).toBe(502);
});
