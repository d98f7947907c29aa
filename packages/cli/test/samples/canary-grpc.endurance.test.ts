import { fileURLToPath } from 'node:url';
import { apply, type LoadedEnvironment, loadEnvironment, plan, type RolloutState, rolloutService, runRollout } from '@mesh-platform/mesh';
import type { RunningTarget } from '@mesh-platform/targets';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withRunningImages } from '../../src/services/running-images.ts';
import { runningTarget } from '../support/platform.ts';
import { mesh, underTraffic } from './support/canary.ts';
import { ready } from './support/disturbing.ts';

let target: RunningTarget;
let twoCores: LoadedEnvironment;
beforeAll(async () => {
  target = await runningTarget();
  twoCores = await loadEnvironment(fileURLToPath(new URL('./support/two-cores.ts', import.meta.url)));
  await applyTwoCores();
  await ready(target, 'core', 2);
}, 240_000);
afterAll(async () => {
  expect((await mesh('apply', '--yes')).status).toBe(0); // deletes the second version
}, 120_000);

async function applyTwoCores(): Promise<void> {
  const { cluster } = target;
  const { name: topology, namespace } = twoCores.environment.mesh;
  const desired = { topology, namespace, objects: await withRunningImages(twoCores.rendered.objects, cluster) };
  await apply(cluster, desired, { plan: await plan(cluster, desired) });
}

const REQUEST = { canary: 'v2', steps: [50], limits: { maxRatio: 1.25, floor: 0.01 }, within: 120_000 } as const;
const OBSERVER = { signal: new AbortController().signal, report: () => {} };
const inCluster = (mode: 'start' | 'abort'): Promise<RolloutState> =>
  runRollout(target.cluster, rolloutService(twoCores.environment, 'core'), { ...REQUEST, mode }, OBSERVER);
beforeEach(async () => {
  await inCluster('abort').then(noop, noop); // one that did not end as it should stays open
  await applyTwoCores(); // the weights of the file
}, 120_000);
const noop = (): void => {};

describe('a rollout of a service that is called over gRPC', () => {
  it('is rolled back by UNAVAILABLE, which HTTP calls 200', async () => {
    // Deletes what is not there, which changes nothing; the mesh does not retry it.
    const remove = (url: string, init: RequestInit) =>
      fetch(`${url}/api/documents/${crypto.randomUUID().replace(/-4/, '-7')}`, {
        ...init,
        method: 'DELETE',
        headers: { ...(init.headers as Record<string, string>), 'if-match': '"1"' },
      });
    const work = async () => {
      const end = await inCluster('start');
      expect(end).toMatchObject({ phase: 'rolled back', weights: { v1: 100, v2: 0 } });
      expect(end.reason).toMatch(/^the canary has more (final failures|failed attempts)$/);
      const { canary, baseline } = end.evidences.failures ?? {};
      expect(canary?.bad).toBeGreaterThan(0);
      expect(baseline).toMatchObject({ bad: 0 });
    };
    const load = await underTraffic(target, work, { fault: 'core/v2=unavailable:0.3', ask: remove });
    expect(load.failed).toBeGreaterThan(0);
  }, 240_000);

  it('is rolled back by failed attempts that retries hide from every client', async () => {
    const list = (url: string, init: RequestInit) => fetch(`${url}/api/documents?limit=5`, init);
    const work = async () => {
      const end = await inCluster('start');
      expect(end).toMatchObject({ phase: 'rolled back', reason: 'the canary has more failed attempts' });
      expect(end.evidences.attempts?.canary.bad).toBeGreaterThan(5);
    };
    const load = await underTraffic(target, work, { fault: 'core/v2=unavailable:0.1', ask: list });
    expect(load.failed).toBeLessThanOrEqual(load.sent / 200); // three failed attempts in a row: one of a thousand
  }, 240_000);
});
