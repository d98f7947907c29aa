import { setTimeout as pause } from 'node:timers/promises';
import { restartsOf } from '@mesh-platform/kubernetes';
import { policiesOf, split, type Weights, withWeights } from '@mesh-platform/mesh';
import { type RunningTarget, waitFor } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEnvironment, NAMESPACE } from '../../src/services/topology.ts';
import { runningTarget } from '../support/platform.ts';
import { killProcess, processesOf } from '../support/processes-of.ts';
import { cutOff } from './support/cut-off.ts';
import {
  disturbed,
  expectNoFailure,
  failedOf,
  inWords,
  isServing,
  istiodUnavailable,
  killUnderLoad,
  podsDeleted,
  podsOf,
  RECOVERY_MS,
  scale,
  scaleAll,
  untilTerminated,
} from './support/disturbing.ts';

const LIMIT = { timeout: 240_000 };

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
  await scaleAll(target, 2);
}, 240_000);
afterAll(() => scaleAll(target, 1), 240_000);

describe('no request fails and no write is lost', () => {
  it('while a pod of each service is deleted', LIMIT, () => podsDeleted(target));

  it('while core grows from two to three and shrinks again', LIMIT, async () => {
    const answers = await disturbed(target, async () => {
      await scale(target, NAMESPACE, 3, ['core-v1']);
      await scale(target, NAMESPACE, 2, ['core-v1']);
      await untilTerminated(target, NAMESPACE);
    });
    await expectNoFailure(answers);
  });

  it('while the weights change every second', LIMIT, async () => {
    const { environment } = await localEnvironment();
    const { mesh } = environment;
    const render = (weights: Weights) => policiesOf({ ...environment, mesh: withWeights(mesh, 'preview', weights) });
    const to = (v1: number) => {
      const weights = new Map([['v1', v1], ['v2', 100 - v1]]); // biome-ignore format: pairs
      return split(target.cluster, { topology: mesh.name, namespace: mesh.namespace, service: 'preview', render }, weights);
    };
    const answers = await disturbed(target, async () => {
      for (const v1 of [0, 100, 50, 10, 90, 80]) await Promise.all([to(v1), pause(1000)]);
    });
    await expectNoFailure(answers);
  });

  it('while istiod is unavailable for 15 s', LIMIT, () => istiodUnavailable(target, 15_000));
});

describe('no write is lost or duplicated', () => {
  it.each([
    ['the app', 'core', 'node'],
    ['the proxy', 'core', 'envoy'],
  ])(
    'where kill -9 ends %s of %s, and clients see full service within five seconds',
    (_what, service, program) => killUnderLoad(target, service, program),
    200_000,
  );

  it('where Postgres is killed, and errors end five seconds after its return', async () => {
    let returnedAt = 0;
    const answers = await disturbed(target, async () => {
      const [{ uid = '' } = {}, before] = await podsOf(target, 'postgres').then(
        ([pod]) => [pod?.metadata, pod ? restartsOf(pod) : 0] as const,
      );
      const processes = await processesOf(uid, 'postgres');
      expect(processes.length).toBeGreaterThan(0);
      processes.forEach(killProcess);
      const restarted = async () => {
        const [pod] = await podsOf(target, 'postgres');
        return pod && restartsOf(pod) > before && isServing(pod) ? true : undefined;
      };
      await waitFor('Postgres’ return', restarted, { timeout: 60_000, every: 200 });
      returnedAt = performance.now();
      await pause(RECOVERY_MS);
    });
    const late = failedOf(answers).filter(({ startedAt }) => startedAt > returnedAt + RECOVERY_MS);
    expect(late.map(inWords)).toEqual([]);
  }, 200_000);

  it('where core and Postgres are cut off from each other for ten seconds, and errors end five seconds after that', async () => {
    let repairedAt = 0;
    const answers = await disturbed(target, async () => {
      const reconnect = await cutOff(target, 'postgres', 'core');
      await pause(10_000).finally(reconnect);
      repairedAt = performance.now();
      await pause(RECOVERY_MS);
    });
    const failed = failedOf(answers);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.filter(({ status }) => status !== 503 && status !== 504).map(inWords)).toEqual([]);
    expect(failed.filter(({ startedAt }) => startedAt > repairedAt + RECOVERY_MS).map(inWords)).toEqual([]);
  }, 120_000);

  it.each(['core=unavailable:0.3', 'core=unavailable-after-commit:0.3'])(
    'where requests inject %s',
    async (fault) => {
      const answers = await disturbed(target, () => pause(5000), { headers: { 'x-fault': fault } });
      const others = failedOf(answers).filter(({ status }) => status !== 503);
      expect(failedOf(answers).length).toBeGreaterThan(0);
      expect(others.map(inWords)).toEqual([]);
    },
    60_000,
  );
});
