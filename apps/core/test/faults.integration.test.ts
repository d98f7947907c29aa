import { status } from '@grpc/grpc-js';
import { until } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { coreClient } from './core-client.js';
import { type DocumentsApi, type StoredDocument, startDocumentsApi } from './documents-api.js';

describe.each(['on', 'off'] as const)('where FAULTS is %s', (FAULTS) => {
  let api: DocumentsApi;
  let core: ReturnType<typeof coreClient>;

  beforeAll(async () => {
    api = await startDocumentsApi({ FAULTS });
    core = coreClient(api.port.grpc);
  }, 90_000);

  afterAll(async () => {
    core?.close();
    await api?.[Symbol.asyncDispose]();
  });

  const send = (method: string, path: string, { body, ...headers }: Record<string, string>) =>
    fetch(`${api.url}${path}`, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      body: body ?? null,
    });
  const post = (key: string, headers: Record<string, string> = {}) =>
    send('POST', '/documents', { body: JSON.stringify({ title: key, body: 'text' }), 'idempotency-key': key, ...headers });
  const stored = async (title: string): Promise<string[]> => {
    const { rows } = await api.pool.query<{ id: string }>('SELECT id FROM documents WHERE title = $1', [title]);
    return rows.map(({ id }) => id);
  };
  const strikes = (service: 'web' | 'core', requestId: string) =>
    api.logs[service]().flatMap((line) => (line.requestId === requestId && 'fault' in line ? [line.fault] : []));

  if (FAULTS === 'off') {
    test.each([
      'web=unavailable',
      'core=unavailable',
      'web=delay:30s',
      'core=delay:30s',
      'web=unavailable-after-commit',
      'core=unavailable-after-commit',
      'web=nonsense,core=nonsense',
      'x'.repeat(2000),
    ])('x-fault: %s is ignored', async (fault) => {
      const key = `off-${fault.slice(0, 40)}`;
      const answer = await post(key, { 'x-fault': fault });
      expect(answer.status).toBe(201);
      expect(await stored(key)).toEqual([((await answer.json()) as StoredDocument).id]);
      expect(api.output()).not.toContain('"fault"');
    });
    return;
  }

  test.each(['web', 'core'] as const)('%s=unavailable is a 503 with Retry-After, and nothing is written', async (service) => {
    const key = `unavailable-${service}`;
    const answer = await post(key, { 'x-fault': `${service}=unavailable`, 'x-request-id': key });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 503, requestId: key });
    expect(await stored(key)).toEqual([]);
    await until('the fault in the log', () => strikes(service, key).length === 1);
    expect(strikes(service, key)).toEqual([`${service}=unavailable`]);
    expect(strikes(service === 'web' ? 'core' : 'web', key)).toEqual([]);
  });

  test.each(['web', 'core'] as const)('%s=delay makes the request late and lets it go on', async (service) => {
    const key = `delay-${service}`;
    const startedAt = performance.now();
    const answer = await post(key, { 'x-fault': `${service}=delay:400ms` });
    expect(performance.now() - startedAt).toBeGreaterThan(395);
    expect(answer.status).toBe(201);
    expect(await stored(key)).toHaveLength(1);
  });

  test.each(['web', 'core'] as const)(
    '%s=unavailable-after-commit loses the answer and not the document, and the repeated create returns it',
    async (service) => {
      const key = `lost-${service}`;
      const lost = await post(key, { 'x-fault': `${service}=unavailable-after-commit`, 'x-request-id': key });
      expect([lost.status, lost.headers.get('retry-after')]).toEqual([503, '1']);
      expect([lost.headers.get('location'), lost.headers.get('etag')]).toEqual([null, null]);
      expect([lost.headers.get('x-request-id'), lost.headers.get('x-served-by')]).toEqual([key, 'web/v1']);
      expect(await lost.json()).toMatchObject({ status: 503, requestId: key });
      const ids = await stored(key);
      expect(ids).toHaveLength(1);
      const again = await post(key);
      expect(again.status).toBe(201);
      expect(await again.json()).toMatchObject({ id: ids[0], revision: 1 });
      expect(await stored(key)).toEqual(ids);
      await until('the fault in the log', () => strikes(service, key).length === 1);
    },
  );

  test.each(['web', 'core'] as const)('%s=unavailable-after-commit applies to a change, a deletion and a read too', async (service) => {
    const key = `later-${service}`;
    const { id } = (await (await post(key)).json()) as StoredDocument;
    const fault = { 'x-fault': `${service}=unavailable-after-commit` };
    const path = `/documents/${id}`;
    expect((await send('GET', path, fault)).status).toBe(503);
    const body = JSON.stringify({ title: key, body: 'changed' });
    expect((await send('PUT', path, { body, 'if-match': '"1"', ...fault })).status).toBe(503);
    expect(await (await send('GET', path, {})).json()).toMatchObject({ body: 'changed', revision: 2 });
    expect((await send('DELETE', path, fault)).status).toBe(503);
    expect((await send('GET', path, {})).status).toBe(404);
    // Work that fails has no answer to lose.
    expect((await send('GET', path, fault)).status).toBe(404);
  });

  test('over gRPC the status is UNAVAILABLE, and a call with the same key gets the document that was written', async () => {
    const request = { idempotencyKey: 'rpc', title: 'rpc', body: '' };
    await expect(core.create(request, { 'x-fault': 'core=unavailable' })).rejects.toMatchObject({ code: status.UNAVAILABLE });
    expect(await stored('rpc')).toEqual([]);
    const lost = core.create(request, { 'x-fault': 'core=unavailable-after-commit' });
    await expect(lost).rejects.toMatchObject({ code: status.UNAVAILABLE });
    const ids = await stored('rpc');
    expect(await core.create(request)).toMatchObject({ id: ids[0] });
  });

  test('a fraction is drawn afresh for each attempt', async () => {
    const calls = Array.from({ length: 400 }, () => core.path({ 'x-fault': 'core=unavailable:0.3' }));
    const failed = (await Promise.allSettled(calls)).filter((outcome) => outcome.status === 'rejected').length;
    const deviation = Math.sqrt(400 * 0.3 * 0.7);
    expect(Math.abs(failed - 120)).toBeLessThan(5 * deviation);
  });

  test('a fault that cannot be parsed is named by the service that it is for, and by no other', async () => {
    const wrong = await post('wrong', { 'x-fault': 'web=unavailable:7' });
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      expect.objectContaining({ detail: expect.stringContaining('"web=unavailable:7"') }),
    ]);
    const behind = await post('wrong', { 'x-fault': 'core=explode' });
    expect([behind.status, await behind.json()]).toEqual([
      400,
      expect.objectContaining({ detail: expect.stringContaining('"core=explode"') }),
    ]);
    await expect(core.path({ 'x-fault': 'core=explode' })).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    expect(await core.path({ 'x-fault': 'web=explode' })).toHaveProperty('hops');
    expect((await post('wrong', { 'x-fault': `a=${'x'.repeat(1100)}` })).status).toBe(400);
    expect(await stored('wrong')).toEqual([]);
  });

  test('health is never affected', async () => {
    const fault = { 'x-fault': 'web=unavailable,core=unavailable,web=nonsense,core=nonsense' };
    for (const port of [api.port.web, api.port.core]) {
      for (const path of ['/healthz', '/readyz']) {
        expect((await fetch(`http://127.0.0.1:${port}${path}`, { headers: fault })).status).toBe(200);
      }
    }
  });
});
