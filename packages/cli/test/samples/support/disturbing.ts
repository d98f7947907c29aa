import { setTimeout as pause } from 'node:timers/promises';
import { GATEWAY, ISTIO_NAMESPACE, isReady, isTerminating, type KubernetesObject, type Pod, rolledOut } from '@mesh-platform/kubernetes';
import { underLoad } from '@mesh-platform/proofs';
import { type Answer, DocumentTraffic, isAcknowledged, WriteChecker } from '@mesh-platform/proofs/documents';
import { type RunningTarget, waitFor } from '@mesh-platform/targets';
import { expect } from 'vitest';
import type { Failure } from '../../../src/logs/failures.ts';
import { NAMESPACE } from '../../../src/services/topology.ts';
import { instanceName, platform } from '../../support/platform.ts';
import { killProcess, processesOf } from '../../support/processes-of.ts';

const ROLLOUT_MS = 120_000;
/** Within which clients see full service again after a process was killed, and after Postgres is back. */
export const RECOVERY_MS = 5_000;
const SERVICES = ['preview-v1', 'preview-v2', 'web-v1', 'core-v1'];

export async function scale(target: RunningTarget, namespace: string, replicas: number, names: readonly string[]): Promise<void> {
  const objects = names.map((name) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec: { replicas } }));
  await target.cluster.apply(objects as KubernetesObject[], 'disturbance-test');
  await allReady(target, namespace, names);
}

const allReady = ({ cluster }: RunningTarget, namespace: string, names: readonly string[]): Promise<void> =>
  rolledOut(
    cluster,
    namespace,
    names.map((name) => ({ kind: 'Deployment', name }) as const),
    ROLLOUT_MS,
  );

/** So many replicas of each service and of the gateway; a pod that had to go is gone, so that no later test counts it. */
export async function scaleAll(target: RunningTarget, replicas: number): Promise<void> {
  await scale(target, GATEWAY.namespace, replicas, [GATEWAY.name]);
  await scale(target, NAMESPACE, replicas, SERVICES);
  for (const namespace of [GATEWAY.namespace, NAMESPACE]) await untilTerminated(target, namespace);
}

/** Waits until no pod of the namespace is terminating: one that drains still has requests in flight. */
export const untilTerminated = ({ cluster }: RunningTarget, namespace: string): Promise<true> =>
  cluster.watchUntil(`/api/v1/namespaces/${namespace}/pods`, AbortSignal.timeout(ROLLOUT_MS), (pods) =>
    pods.some(isTerminating) ? undefined : true,
  );

/** Every pod of the Deployment is replaced, as `kubectl rollout restart` does it. */
export async function restart(target: RunningTarget, namespace: string, name: string): Promise<void> {
  const template = { metadata: { annotations: { 'disturbance-test/restarted-at': String(Date.now()) } } };
  const restarted = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec: { template } };
  await target.cluster.apply([restarted as KubernetesObject], 'disturbance-test-restart'); // of its own: who scales would lose the replicas
  await allReady(target, namespace, [name]);
}

/** Fifty requests a second, half of them writes, for as long as the work takes and two seconds more; no write may be lost. */
export async function disturbed(
  target: RunningTarget,
  work: () => Promise<void>,
  { headers = {} }: { readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<readonly Answer[]> {
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

export const failedOf = (answers: readonly Answer[]) => answers.filter((answer) => !isAcknowledged(answer));
export const inWords = ({ request, status, text }: Answer) => `${request} ${status} ${text}`;

/**
 * No answer is a failure. Two processors that also start the next pod may stall every program for longer than a request waits, which is
 * what e2e's one retry is for: what a mesh loses, it loses each time. What the proxies logged of a failed request is printed either way, since
 * the pods that know the reason are gone when the report is read.
 */
export async function expectNoFailure(answers: readonly Answer[]): Promise<void> {
  const failed = failedOf(answers);
  if (failed.length > 0) {
    const { stdout } = await platform(['logs', '--failures', '--since', '3m', '--json', '--instance', instanceName()]);
    const known = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Failure); // biome-ignore format: one step a line
    for (const { headers } of failed) console.error(known.filter(({ requestId }) => requestId === headers['x-request-id']).map(hopsOf));
  }
  expect(failed.map(inWords)).toEqual([]);
}

const hopsOf = ({ what, cause, hops }: Failure) => [
  `${what}: ${cause.code} ${cause.message}`,
  ...hops.map(({ pod, direction, status, flags, attempts, durationMs }) =>
    [pod, direction, status, flags.join(','), `${attempts} tries`, `${durationMs} ms`].join(' '),
  ),
];

export const podsOf = ({ cluster }: RunningTarget, service: string): Promise<readonly Pod[]> =>
  cluster.list<Pod>('v1', 'Pod', NAMESPACE, `app=${service}`);
/** Whether the pod is an endpoint that takes requests. */
export const isServing = (pod: Pod): boolean => isReady(pod) && !isTerminating(pod);

export async function aPodOf(target: RunningTarget, service: string): Promise<{ readonly name: string; readonly uid: string }> {
  const pod = (await podsOf(target, service)).find(isServing);
  return { name: pod?.metadata?.name ?? '', uid: pod?.metadata?.uid ?? '' };
}

export const ready = (target: RunningTarget, service: string, count: number): Promise<true> =>
  waitFor(
    `${count} ready pods of ${service}`,
    async () => ((await podsOf(target, service)).filter(isServing).length >= count ? true : undefined),
    { timeout: ROLLOUT_MS, every: 500 },
  );

/** Stops istiod for so many milliseconds, under load: proxies get no configuration. No request may fail. */
export async function istiodUnavailable(target: RunningTarget, milliseconds: number): Promise<void> {
  const answers = await disturbed(target, async () => {
    try {
      await scale(target, ISTIO_NAMESPACE, 0, ['istiod']);
      await pause(milliseconds);
    } finally {
      await scale(target, ISTIO_NAMESPACE, 1, ['istiod']);
    }
  });
  await expectNoFailure(answers);
}

/** Deletes a pod of each service in turn, under load. No request may fail. */
export async function podsDeleted(target: RunningTarget): Promise<void> {
  const work = async () => {
    for (const [service, pods] of [
      ['preview', 4],
      ['web', 2],
      ['core', 2],
    ] as const) {
      // biome-ignore format: pairs
      const { name } = await aPodOf(target, service);
      await target.cluster.delete({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: NAMESPACE } });
      await ready(target, service, pods);
    }
    await untilTerminated(target, NAMESPACE);
  };
  const answers = await disturbed(target, work);
  await expectNoFailure(answers);
}

/** Kills a program of one pod of the service with SIGKILL under load. Only what was in flight there may fail. */
export async function killUnderLoad(target: RunningTarget, service: string, program: string): Promise<void> {
  const count = (await podsOf(target, service)).filter(isServing).length;
  let killedAt = 0;
  const answers = await disturbed(target, async () => {
    const { uid } = await aPodOf(target, service);
    const processes = await processesOf(uid, program);
    expect(processes.length).toBeGreaterThan(0);
    killedAt = performance.now();
    processes.forEach(killProcess);
    await pause(RECOVERY_MS + 1000);
    await ready(target, service, count);
  });
  const late = failedOf(answers).filter(({ startedAt }) => startedAt > killedAt + RECOVERY_MS);
  expect(late.map(inWords)).toEqual([]);
  expect(failedOf(answers).length).toBeLessThan(answers.length / 5);
}
