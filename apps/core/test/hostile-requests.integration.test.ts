import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DocumentsApi, type StoredDocument, startDocumentsApi } from './documents-api.js';
import { type HostileRequest, hostileRequest, randomOf } from './hostile-requests.js';

const REQUESTS = 6000;
const AT_ONCE = 16;

let api: DocumentsApi;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

beforeAll(async () => {
  api = await startDocumentsApi();
}, 60_000);

afterAll(async () => {
  agent.destroy();
  await api?.[Symbol.asyncDispose]();
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

function send({ method, path, headers, body }: HostileRequest): Promise<Answer> {
  const { hostname, port } = new URL(api.url);
  const length = body ? { 'content-length': String(body.length) } : {};
  return new Promise((resolve, reject) => {
    httpRequest({ agent, hostname, port, method, path, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() }),
      );
    })
      .on('error', reject)
      .end(body);
  });
}

/** The acknowledged writes: the database must contain these and nothing else. */
class Acknowledged {
  readonly latest = new Map<string, StoredDocument>();
  readonly deleted = new Set<string>();

  note(request: HostileRequest, { status, text }: Answer): void {
    if (request.method === 'DELETE' && status === 204) this.deleted.add(request.path.slice('/documents/'.length).toLowerCase());
    if (!['POST', 'PUT'].includes(request.method) || status >= 300) return;
    const document = JSON.parse(text) as StoredDocument;
    const { title, body, ...rest } = meaningOf(request.body);
    expect([document.title, document.body, rest]).toEqual([title, body, {}]);
    if ((this.latest.get(document.id)?.revision ?? 0) < document.revision) this.latest.set(document.id, document);
  }

  get present(): object[] {
    const documents = [...this.latest.values()].filter(({ id }) => !this.deleted.has(id));
    return documents.map(({ id, title, body, revision }) => ({ id, title, body, revision })).sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** Parses bytes as JSON: they must be UTF-8. */
const meaningOf = (body?: Buffer) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Record<string, unknown>;

function expectAnOrderlyAnswer({ method }: HostileRequest, { status, headers, text }: Answer): void {
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status).toBeLessThan(500);
  expect(headers['x-request-id']).toMatch(/^[\w.:-]{1,128}$/);
  if (status < 400) return;
  expect(headers['content-type']).toBe('application/problem+json');
  expect(text.length).toBeLessThan(10_000);
  if (method !== 'HEAD') expect(JSON.parse(text)).toMatchObject({ type: 'about:blank', status, requestId: headers['x-request-id'] });
}

test('six thousand hostile requests: no 5xx, each refusal a problem with its request id, nothing stored but what was sent', async () => {
  const acknowledged = new Acknowledged();
  const known = { ids: [] as string[], keys: [] as string[], cursors: [] as string[] };
  const counts = new Map<number, number>();

  const attack = async (request: HostileRequest): Promise<void> => {
    const answer = await send(request);
    counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1);
    try {
      expectAnOrderlyAnswer(request, answer);
      acknowledged.note(request, answer);
    } catch (error) {
      const shown = { ...request, body: request.body?.subarray(0, 300).toString('latin1'), answer: answer.text.slice(0, 300) };
      throw new Error(`${(error as Error).message}\n${JSON.stringify(shown, null, 1)}`, { cause: error });
    }
    if (answer.status === 201) {
      known.ids.push(JSON.parse(answer.text).id);
      known.keys.push(request.headers['idempotency-key'] ?? '');
    }
    const next = answer.status === 200 && request.path.startsWith('/documents?') ? JSON.parse(answer.text).next : null;
    if (next) known.cursors.push(next);
  };
  const property = fc.asyncProperty(fc.gen(), async (g) => {
    const random = randomOf(g);
    await Promise.all(Array.from({ length: AT_ONCE }, () => attack(hostileRequest(random, known))));
  });
  // Not made smaller where it fails: the requests before it are part of it. The request is shown, and the seed.
  await fc.assert(property, { numRuns: REQUESTS / AT_ONCE, endOnFailure: true });

  const { rows } = await api.pool.query('SELECT id, title, body, revision FROM documents ORDER BY id');
  expect(rows).toEqual(acknowledged.present);
  // The draw reached every answer that a caller can provoke: without that the test would cover less than its name states.
  expect([...counts.keys()]).toEqual(expect.arrayContaining([200, 201, 204, 304, 400, 404, 405, 409, 412, 413, 414, 415, 428]));
  expect(api.output()).toBe('');
}, 300_000);
