import { setTimeout as pause } from 'node:timers/promises';
import { type KubernetesObject, type LiveObject, rolledOut } from '@mesh-platform/kubernetes';
import { policiesOf, type Shares, split, withShares } from '@mesh-platform/mesh';
import { type Answer, DocumentTraffic, isAcknowledged, underLoad, WriteChecker } from '@mesh-platform/proofs';
import { type RunningTarget, waitFor } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEnvironment } from '../src/services/topology.ts';
import { runningTarget } from './support/platform.ts';
import { processesOf } from './support/processes-of.ts';

const ROLLOUT_MS = 120_000;
/** Within which clients see full service again after a process was killed, and after Postgres is back. */
const RECOVERY_MS = 5_000;
const SERVICES = ['preview-v1', 'preview-v2', 'web-v1', 'core-v1'];

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
  await scaleAll(2);
}, 240_000);
afterAll(() => scaleAll(1), 240_000);

async function scale(namespace: string, replicas: number, names: readonly string[]): Promise<void> {
  const objects = names.map((name) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec: { replicas } }));
  await target.cluster.apply(objects as KubernetesObject[], 'disturbance-test');
  const deployments = names.map((name) => ({ kind: 'Deployment', name }) as const);
  await rolledOut(target.cluster, namespace, deployments, ROLLOUT_MS);
}

async function scaleAll(replicas: number): Promise<void> {
  await scale('istio-system', replicas, ['istio-ingressgateway']);
  await scale('platform', replicas, SERVICES);
}

/** Fifty requests a second, half of them writes, for as long as the work takes and two seconds more. */
async function disturbed(work: () => Promise<void>, headers: Readonly<Record<string, string>> = {}) {
  const checker = new WriteChecker();
  const traffic = new DocumentTraffic(target.gatewayUrl, checker, headers);
  const load = { perSecond: 50, atMost: 400 };
  const answers = await underLoad(
    load,
    (index) => traffic.request(index),
    async () => {
      await work();
      await pause(2000); // what comes late is seen too
    },
  );
  expect(answers.length).toBeGreaterThan(100);
  expect(checker.keys.size).toBeGreaterThan(20);
  expect(checker.violations(await traffic.documents())).toEqual([]);
  return answers;
}

const failedOf = (answers: readonly Answer[]) => answers.filter((answer) => !isAcknowledged(answer));
const inWords = ({ request, status, text }: Answer) => `${request} ${status} ${text}`;

interface Pod extends LiveObject {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly restartCount: number; readonly ready: boolean }[];
    readonly initContainerStatuses?: readonly { readonly name: string; readonly restartCount: number; readonly ready?: boolean }[];
  };
}
const podsOf = (service: string) => target.cluster.list<Pod>('v1', 'Pod', 'platform', `app=${service}`);
const isReady = ({ metadata, status }: Pod) =>
  !metadata?.deletionTimestamp && (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false);

async function aPodOf(service: string): Promise<{ readonly name: string; readonly uid: string }> {
  const pod = (await podsOf(service)).find(isReady);
  return { name: pod?.metadata?.name ?? '', uid: pod?.metadata?.uid ?? '' };
}

const ready = (service: string, count: number) =>
  waitFor(`${count} ready pods of ${service}`, async () => ((await podsOf(service)).filter(isReady).length >= count ? true : undefined), {
    timeout: ROLLOUT_MS,
    every: 500,
  });

describe('no request fails and no write is lost', () => {
  it('while a pod of each service is deleted', async () => {
    const answers = await disturbed(async () => {
      for (const [service, pods] of [
        ['preview', 4],
        ['web', 2],
        ['core', 2],
      ] as const) {
        const { name } = await aPodOf(service);
        await target.cluster.delete({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'platform' } });
        await ready(service, pods);
      }
    });
    expect(failedOf(answers).map(inWords)).toEqual([]);
  }, 240_000);

  it('while core grows from two to three and shrinks again', async () => {
    const answers = await disturbed(async () => {
      await scale('platform', 3, ['core-v1']);
      await scale('platform', 2, ['core-v1']);
    });
    expect(failedOf(answers).map(inWords)).toEqual([]);
  }, 240_000);

  it('while the shares change every second', async () => {
    const { environment } = await localEnvironment();
    const { mesh } = environment;
    const render = (shares: Shares) => policiesOf({ ...environment, mesh: withShares(mesh, 'preview', shares) });
    const to = (v1: number) => {
      const shares = new Map([['v1', v1], ['v2', 100 - v1]]); // biome-ignore format: pairs
      return split(target.cluster, { topology: mesh.name, namespace: mesh.namespace, service: 'preview', render }, shares);
    };
    const answers = await disturbed(async () => {
      for (const v1 of [0, 100, 50, 10, 90, 80]) await Promise.all([to(v1), pause(1000)]);
    });
    expect(failedOf(answers).map(inWords)).toEqual([]);
  }, 120_000);

  it('while istiod is away for 15 s', async () => {
    const answers = await disturbed(async () => {
      try {
        await scale('istio-system', 0, ['istiod']);
        await pause(15_000);
      } finally {
        await scale('istio-system', 1, ['istiod']);
      }
    });
    expect(failedOf(answers).map(inWords)).toEqual([]);
  }, 240_000);
});

describe('no write is lost or there twice', () => {
  it.each([
    ['the app', 'core', 'node'],
    ['the proxy', 'core', 'envoy'],
    ['the app', 'web', 'node'],
    ['the proxy', 'web', 'envoy'],
  ])(
    'where kill -9 ends %s of %s, and clients see full service within five seconds',
    async (_what, service, program) => {
      let killedAt = 0;
      const answers = await disturbed(async () => {
        const { uid } = await aPodOf(service);
        const processes = await processesOf(uid, program);
        expect(processes.length).toBeGreaterThan(0);
        killedAt = performance.now();
        for (const id of processes) process.kill(id, 'SIGKILL');
        await pause(RECOVERY_MS + 1000);
        await ready(service, 2);
      });
      const late = failedOf(answers).filter(({ startedAt }) => startedAt > killedAt + RECOVERY_MS);
      expect(late.map(inWords)).toEqual([]);
      expect(failedOf(answers).length).toBeLessThan(answers.length / 5);
    },
    200_000,
  );

  it('where Postgres is killed, and errors end five seconds after its return', async () => {
    let returnedAt = 0;
    const answers = await disturbed(async () => {
      const { uid } = await aPodOf('postgres');
      const processes = await processesOf(uid, 'postgres');
      expect(processes.length).toBeGreaterThan(0);
      for (const id of processes) process.kill(id, 'SIGKILL');
      const restarted = async () => {
        const [pod] = await podsOf('postgres');
        const restarts = pod?.status?.containerStatuses?.[0]?.restartCount ?? 0;
        return pod && restarts > 0 && isReady(pod) ? true : undefined;
      };
      await waitFor('Postgres’ return', restarted, { timeout: 60_000, every: 200 });
      returnedAt = performance.now();
      await pause(RECOVERY_MS);
    });
    const late = failedOf(answers).filter(({ startedAt }) => startedAt > returnedAt + RECOVERY_MS);
    expect(late.map(inWords)).toEqual([]);
  }, 200_000);

  it.each(['core=unavailable:0.3', 'core=unavailable-after-commit:0.3'])(
    'where requests order %s',
    async (fault) => {
      const answers = await disturbed(() => pause(5000), { 'x-fault': fault });
      const others = failedOf(answers).filter(({ status }) => status !== 503);
      expect(failedOf(answers).length).toBeGreaterThan(0);
      expect(others.map(inWords)).toEqual([]);
    },
    60_000,
  );
});
