import { request as httpRequest, type IncomingMessage } from 'node:http';
import * as consumers from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { id, startPreviewWithWeb, summary } from './preview-with-web.js';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

let preview: Awaited<ReturnType<typeof startPreviewWithWeb>>;
let own: string;

beforeAll(async () => {
  preview = await startPreviewWithWeb('v1');
  own = preview.url;
});

afterAll(() => preview?.close());

beforeEach(() => {
  preview.script.requests = [];
  preview.script.answers = {
    'POST /documents': { status: 201, json: { ...summary, body: 'B' } },
    [`PUT /documents/${id}`]: { json: { ...summary, body: 'B' } },
    [`DELETE /documents/${id}`]: { status: 204 },
    [`GET /documents/${id}`]: { json: { ...summary, body: 'B' } },
  };
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly body?: string;
}

/** Sends it with these headers and no others, as fetch would add its own. */
function send({ method, path, type, body }: Sent, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const content: Record<string, string> = { ...(type !== undefined && { 'content-type': type }), ...headers };
    httpRequest(`${own}${path}`, { method, headers: content }, async (answer: IncomingMessage) => {
      resolve({ status: answer.statusCode ?? 0, text: await consumers.text(answer) });
    })
      .on('error', reject)
      .end(body);
  });
}

const form: Sent = { method: 'POST', path: '/documents', type: FORM, body: 'title=T&body=B&key=k' };
const json = JSON.stringify({ title: 'T', body: 'B' });
const FORMS: readonly Sent[] = [
  form,
  { ...form, path: `/d/${id}`, body: 'title=T&body=B&revision=1' },
  { ...form, path: `/d/${id}/delete`, body: 'revision=1' },
];
const API: readonly Sent[] = [
  { method: 'POST', path: '/api/documents', type: JSON_TYPE, body: json },
  { method: 'PUT', path: `/api/documents/${id}`, type: JSON_TYPE, body: json },
  { method: 'DELETE', path: `/api/documents/${id}` },
  { method: 'POST', path: '/render', type: JSON_TYPE, body: '{"body":"B"}' },
];
const named = (all: readonly Sent[]) => all.map((sent) => [`${sent.method} ${sent.path}`, sent] as const);

const ASKED_BY_ANOTHER: readonly Record<string, string>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'nonsense' },
  { 'sec-fetch-site': 'same-origin', origin: 'null' },
  { origin: 'null' },
  { origin: 'https://evil.example' },
  { origin: 'http://127.0.0.1' }, // another port
  { origin: 'http://127.0.0.1.evil.example' },
  { origin: '' },
];

describe.each(named([...FORMS, ...API]))('%s', (_name, sent) => {
  test.each(ASKED_BY_ANOTHER)('is refused with %j, and web is not asked to change anything', async (headers) => {
    expect((await send(sent, headers)).status).toBe(403);
    expect(preview.script.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('is taken from this very page, by either header', async () => {
    for (const headers of [{ origin: own }, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'same-origin', origin: own }]) {
      expect((await send(sent, headers)).status).toBeLessThan(400);
    }
  });
});

test.each(named(FORMS))('%s, a form that names no origin, is refused: browsers always name one', async (_name, sent) => {
  const { status, text } = await send(sent, {});
  expect(status).toBe(403);
  expect(text).toContain('it names no origin: send the header Origin, or JSON');
});

test.each(named(API))('%s of a program that is no browser is taken', async (_name, sent) => {
  expect((await send(sent, {})).status).toBeLessThan(400);
});

describe('behind a proxy', () => {
  const at = (host: string, origin: string, scheme?: string) =>
    send(form, { host, origin, ...(scheme !== undefined && { 'x-forwarded-proto': scheme }) });

  test.each([
    ['docs.example', 'https://docs.example', 'https'],
    ['docs.example', 'https://docs.example', 'http'], // TLS ends before a proxy that does not know of it
    ['docs.example:443', 'https://docs.example', 'https'],
    ['DOCS.example:8443', 'https://docs.example:8443', 'https'],
    ['127.0.0.1:30080', 'http://127.0.0.1:30080', 'http'],
    ['[::1]:30080', 'http://[::1]:30080', undefined],
  ])('host %s takes origin %s where the scheme is %s', async (host, origin, scheme) => {
    expect((await at(host, origin, scheme)).status).toBe(303);
  });

  test.each([
    ['docs.example', 'http://docs.example', 'https'],
    ['docs.example', 'https://docs.example:8443', 'https'],
    ['docs.example:8443', 'https://docs.example', 'https'],
    ['docs.example', 'https://docs.example/path', 'https'],
    ['evil.example@docs.example', 'https://evil.example', 'https'],
  ])('host %s refuses origin %s where the scheme is %s', async (host, origin, scheme) => {
    expect((await at(host, origin, scheme)).status).toBe(403);
  });
});

test.each([FORM, 'text/plain', 'multipart/form-data; boundary=x', 'text/plain; x=application/json', ''])(
  'the API refuses a body with the Content-Type %j',
  async (type) => {
    for (const sent of API.filter(({ body }) => body !== undefined)) {
      expect((await send({ ...sent, type }, { origin: own })).status).toBe(415);
    }
    expect(preview.script.requests).toEqual([]);
  },
);

test.each([JSON_TYPE, 'text/plain', 'multipart/form-data; boundary=x'])('the page’s forms refuse a body that is %s', async (type) => {
  for (const sent of FORMS) expect((await send({ ...sent, type, body: '{}' }, { origin: own })).status).toBe(415);
  expect(preview.script.requests).toEqual([]);
});

test('the page’s Referrer-Policy lets browsers send the origin of its own forms', async () => {
  const { headers } = await preview.page('/healthz');
  expect(headers.get('referrer-policy')).toBe('same-origin');
});
