import { GATEWAY } from '@mesh-platform/kubernetes';
import type { RunningTarget } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { runningTarget } from '../support/platform.ts';
import { disturbed, expectNoFailure, istiodUnavailable, killUnderLoad, podsDeleted, restart, scaleAll } from './support/disturbing.ts';

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
  await scaleAll(target, 2);
}, 240_000);
afterAll(() => scaleAll(target, 1), 240_000);

describe('no request fails and no write is lost', () => {
  it.each([
    [NAMESPACE, 'preview-v1'],
    [NAMESPACE, 'preview-v2'],
    [NAMESPACE, 'web-v1'],
    [NAMESPACE, 'core-v1'],
    [GATEWAY.namespace, GATEWAY.name],
  ])(
    'while every pod of %s/%s is replaced',
    async (namespace, name) => {
      const answers = await disturbed(target, () => restart(target, namespace, name));
      await expectNoFailure(answers);
    },
    240_000,
  );

  it('while a pod of each service is deleted', () => podsDeleted(target), 240_000);

  it('while istiod is unavailable for a minute', () => istiodUnavailable(target, 60_000), 300_000);
});

describe('no write is lost or duplicated', () => {
  it.each([
    ['the app', 'preview', 'node'],
    ['the proxy', 'preview', 'envoy'],
    ['the app', 'web', 'node'],
    ['the proxy', 'web', 'envoy'],
    ['the app', 'core', 'node'],
    ['the proxy', 'core', 'envoy'],
  ])(
    'where kill -9 ends %s of %s again and again',
    async (_what, service, program) => {
      for (let time = 0; time < 3; time++) await killUnderLoad(target, service, program);
    },
    400_000,
  );
});
