import { spawn } from 'node:child_process';
import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { probe } from '@mesh-platform/proofs';
import { checkout, type RunningTarget } from '@mesh-platform/targets';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Failure } from '../../src/logs/failures.ts';
import type { ServiceLine } from '../../src/logs/service-line.ts';
import { NAMESPACE } from '../../src/services/topology.ts';
import { instanceName, platform, runningTarget } from '../support/platform.ts';

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
});

/** Sends a request and gives its status and the id that the gateway gave it. */
async function send(path: string, fault?: string, timeout = 10_000): Promise<{ readonly status: number; readonly id: string }> {
  const headers = fault ? { 'x-fault': fault } : {};
  const answer = await fetch(`${target.gatewayUrl}${path}`, { headers, signal: AbortSignal.timeout(timeout) });
  await answer.arrayBuffer();
  return { status: answer.status, id: answer.headers.get('x-request-id') ?? '' };
}

async function logs<T>(...args: string[]): Promise<readonly T[]> {
  const { status, stdout, stderr } = await platform(['logs', ...args, '--since', '2m', '--json', '--instance', instanceName()]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}

/** Proxies write their lines a moment after the answer. */
const failureOf = (found: (failure: Failure) => boolean) =>
  expect.poll(async () => (await logs<Failure>('--failures')).find(found), { timeout: 20_000, interval: 500 });

describe('logs', () => {
  it('shows the lines of the services side by side, and of those that are named', async () => {
    const { id } = await send('/api/path');
    const services = (lines: readonly ServiceLine[]) => [...new Set(lines.map(({ service }) => service))].sort();
    await expect
      .poll(async () => services((await logs<ServiceLine>()).filter(({ requestId }) => requestId === id)), { timeout: 20_000 })
      .toEqual(['core', 'preview', 'web']);
    expect(services(await logs<ServiceLine>('web'))).toEqual(['web']);
    expect(services(await logs<ServiceLine>('web', 'core'))).toEqual(['core', 'web']);
  });

  it('prints new lines until it ends', async () => {
    const child = spawn(`${checkout}/platform`, ['logs', 'core', '-f', '--since', '30s', '-n', instanceName()]);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const mine = await send('/api/path');
    await expect.poll(() => text, { timeout: 20_000 }).toContain(mine.id);
    const later = await send('/api/path');
    await expect.poll(() => text, { timeout: 10_000 }).toContain(later.id);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
  });

  it('lists the services where no service has the name', async () => {
    const { status, stderr } = await platform(['logs', 'nosuch', '--instance', instanceName()]);
    expect(status).toBe(2);
    expect(stderr).toContain("there is no pod of 'nosuch'\n  → name one of: core, gateway, istiod, postgres, preview, web\n");
  });
});

describe('logs --failures', () => {
  it('reports a body that is too large apart from a service that crashed', async () => {
    const body = ' '.repeat(900_000); // the gateway takes 1 MiB, preview less
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${target.gatewayUrl}/api/documents`, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(10_000),
    });
    const id = answer.headers.get('x-request-id');
    expect(answer.status).toBe(413);
    await failureOf(({ requestId }) => requestId === id).toMatchObject({
      what: 'POST /api/documents',
      status: 413,
      recovered: false,
      cause: { service: 'preview', code: 'TOO LARGE', message: expect.stringContaining('its body is larger than preview takes') },
    });
  }, 60_000);

  it('finds the service where a failure began, with its log lines', async () => {
    const { status, id } = await send('/api/path', 'core=unavailable');
    expect(status).toBe(503);
    await failureOf(({ requestId }) => requestId === id).toMatchObject({
      what: 'GET /api/path',
      status: 503,
      recovered: false,
      cause: { code: 'ANSWERED', service: 'core', message: 'the program of core answered UNAVAILABLE' },
      hops: expect.arrayContaining([expect.objectContaining({ service: 'web', callee: 'core', attempts: 3, flags: ['URX'] })]),
      lines: expect.arrayContaining([expect.objectContaining({ service: 'core', message: 'an injected fault strikes' })]),
    });
  });

  it('shows the attempts of each request that the mesh retried, and whether it was answered in the end', async () => {
    const answers: { readonly status: number; readonly id: string }[] = [];
    for (let round = 0; round < 10; round++)
      answers.push(...(await Promise.all([1, 2, 3, 4].map(() => send('/api/path', 'core=unavailable:0.5')))));
    const statusOf = new Map(answers.map(({ id, status }) => [id, status]));
    // What core counted itself: a line for each call that reached it.
    const repeated = async () => {
      const calls = (await logs<ServiceLine>('core')).filter(
        ({ requestId, message }) => message === 'call' && statusOf.has(requestId ?? ''),
      );
      const attempts = Map.groupBy(calls, ({ requestId }) => requestId ?? '');
      return [...attempts].filter(([, { length }]) => length > 1).map(([id, { length }]) => `${id}: ${length}, ${statusOf.get(id)}`);
    };
    const reported = async () =>
      (await logs<Failure>('--failures'))
        .filter(
          ({ requestId, hops }) => statusOf.has(requestId ?? '') && hops.some(({ callee, attempts }) => callee === 'core' && attempts > 1),
        )
        .map(({ requestId, status, hops }) => `${requestId}: ${hops.find(({ callee }) => callee === 'core')?.attempts}, ${status}`);
    await expect
      .poll(async () => (await Promise.all([repeated(), reported()])).map((lines) => lines.sort().join('\n')), {
        timeout: 20_000,
        interval: 500,
      })
      .toSatisfy(([counted = '', shown]: string[]) => counted === shown && counted.split('\n').length > 5);
  }, 60_000);

  it('reports a callee that took too long apart from one that failed', async () => {
    expect((await send('/api/path?slow', 'preview=delay:8s')).status).toBe(504);
    await failureOf(({ what }) => what === 'GET /api/path?slow').toMatchObject({ status: 504, cause: { code: 'UT', service: 'gateway' } });
  });

  it('reports a client that left', async () => {
    await expect(send('/api/path?left', 'web=delay:2s', 300)).rejects.toThrow();
    await failureOf(({ what }) => what === 'GET /api/path?left').toMatchObject({ status: 0, cause: { code: 'DC', service: 'gateway' } });
  });

  it('names the policy that a caller met, by request and by connection', async () => {
    expect((await send('/metrics')).status).toBe(403);
    await failureOf(({ what }) => what === 'GET /metrics').toMatchObject({
      recovered: false,
      cause: { code: 'DENIED', service: 'preview' },
    });
    const egress = [`./postgres.${NAMESPACE}.svc.cluster.local`];
    await probe(target.cluster, { namespace: NAMESPACE, serviceAccount: 'web', egress }, [
      { kind: 'postgres', host: 'postgres', port: 5432 },
    ]);
    // Postgres may have closed other connections within these two minutes, those without a certificate for example.
    await failureOf(({ cause }) => cause.service === 'postgres' && cause.code === 'DENIED').toMatchObject({
      what: 'a connection to postgres',
      cause: {
        message: `postgres refused the connection: no AuthorizationPolicy of it allows web of ${NAMESPACE} to do that`,
      },
    });
  }, 120_000);

  it('reports a callee without a pod, and shows it under the callee’s name', async () => {
    const scale = (replicas: number) =>
      target.cluster.apply(
        [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'core-v1', namespace: NAMESPACE },
            spec: { replicas },
          } as KubernetesObject,
        ],
        'mesh-platform-scale',
      );
    await scale(0);
    try {
      await expect.poll(async () => (await send('/api/path')).status, { timeout: 30_000, interval: 300 }).toBe(503);
      const ofCore = async () => (await logs<Failure>('core', '--failures')).map(({ cause }) => cause.code);
      await expect.poll(ofCore, { timeout: 20_000, interval: 500 }).toContain('UH');
    } finally {
      await scale(1);
      await expect.poll(async () => (await send('/api/path')).status, { timeout: 60_000, interval: 300 }).toBe(200);
    }
  }, 120_000);
});
