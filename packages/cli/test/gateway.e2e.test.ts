import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { GATEWAY, ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import { platformOf } from '@mesh-platform/proofs';
import type { RunningTarget } from '@mesh-platform/targets';
import { beforeAll, describe, expect, it } from 'vitest';
import { localEnvironment, NAMESPACE } from '../src/services/topology.ts';
import { instanceName, platform, runningTarget } from './support/platform.ts';

let target: RunningTarget;
let path = '';
beforeAll(async () => {
  target = await runningTarget();
  path = platformOf(await localEnvironment()).path;
});

const kubectl = (...args: readonly string[]) => platform(['tool', 'kubectl', '--instance', instanceName(), '--', ...args]);

/** The status of the answer; a switch of protocols is one too. `fetch` would set the host itself. */
async function statusOf(headers: OutgoingHttpHeaders): Promise<number | undefined> {
  const asked = request(`${target.gatewayUrl}${path}`, { headers, signal: AbortSignal.timeout(10_000) });
  asked.end();
  const [response] = (await Promise.race([once(asked, 'response'), once(asked, 'upgrade')])) as [IncomingMessage];
  response.destroy();
  return response.statusCode;
}

/** What the API server answers to the token of a service account. */
async function statusFor(token: string, apiPath: string): Promise<number | undefined> {
  const { server, caData } = target.cluster.config.getCurrentCluster() ?? {};
  const asked = secureRequest(`${server}${apiPath}`, {
    ca: Buffer.from(caData ?? '', 'base64'),
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(10_000),
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

async function tokenOf(namespace: string, account: string): Promise<string> {
  const { status, stdout, stderr } = await kubectl('create', 'token', account, '--namespace', namespace);
  expect(status, stderr).toBe(0);
  return stdout.trim();
}

describe('Secrets', () => {
  const secretsOf = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`;

  it('no token lies in the gateway’s pod', async () => {
    const { stdout } = await kubectl(
      'exec',
      '--namespace',
      GATEWAY.namespace,
      `deployment/${GATEWAY.name}`,
      '--',
      'ls',
      '/var/run/secrets',
    );
    expect(stdout.split('\n')).toContain('tokens'); // only for istiod
    expect(stdout).not.toContain('kubernetes.io');
  });

  it('the gateway’s account reads neither the key of the mesh nor a Secret of the platform', async () => {
    const token = await tokenOf(GATEWAY.namespace, GATEWAY.serviceAccount);
    expect(await statusFor(token, secretsOf(GATEWAY.namespace))).toBe(200); // the token is good: certificates of the gateway lie there
    for (const refused of [
      `${secretsOf(ISTIO_NAMESPACE)}/istio-ca-secret`,
      secretsOf(ISTIO_NAMESPACE),
      secretsOf(NAMESPACE),
      '/api/v1/secrets',
    ])
      expect(await statusFor(token, refused), refused).toBe(403);
  });

  it('no account of the platform reads a Secret', async () => {
    const accounts = (await target.cluster.list('v1', 'ServiceAccount', NAMESPACE)).map(({ metadata }) => metadata?.name ?? '');
    expect(accounts.length).toBeGreaterThan(1);
    for (const account of accounts) {
      const token = await tokenOf(NAMESPACE, account);
      expect(await statusFor(token, '/version'), account).toBe(200); // the token is good
      for (const namespace of [NAMESPACE, ISTIO_NAMESPACE, GATEWAY.namespace, 'kube-system'])
        expect(await statusFor(token, secretsOf(namespace)), `${account} in ${namespace}`).toBe(403);
    }
  }, 120_000);
});

describe('hosts', () => {
  it.each(['127.0.0.1', '127.0.0.1:30080', 'localhost', 'localhost:3000', 'LOCALHOST'])('serves %s', async (host) => {
    expect(await statusOf({ host })).toBe(200);
  });

  it.each(['rebound.example.com', '127.0.0.1.example.com', 'preview', 'x'])('answers 404 to %s, which is not its own', async (host) => {
    expect(await statusOf({ host })).toBe(404);
  });
});

it('refuses to upgrade a connection', async () => {
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  expect(await statusOf({})).toBe(200);
  expect(await statusOf(upgrade)).toBe(403);
});

const MEBIBYTE = 2 ** 20;

it.each([1.1, 2, 4, 8])('answers 413 to a body of %s MiB, each time', async (mebibytes) => {
  const body = Buffer.alloc(mebibytes * MEBIBYTE, 'x');
  for (let count = 0; count < 10; count++) {
    const asked = request(`${target.gatewayUrl}${path}`, { method: 'POST', signal: AbortSignal.timeout(10_000) });
    asked.end(body);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    response.destroy();
  }
});

it('answers the question whether a body is welcome, instead of keeping the client waiting', async () => {
  const headers = { expect: '100-continue', 'content-length': '2' };
  const asked = request(`${target.gatewayUrl}${path}`, { method: 'POST', headers, signal: AbortSignal.timeout(10_000) });
  asked.flushHeaders();
  await once(asked, 'continue');
  asked.end('{}');
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.destroy();
  expect(response.statusCode).toBeGreaterThanOrEqual(200);
});
