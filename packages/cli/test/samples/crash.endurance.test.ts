import type { RunningTarget } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { runningTarget } from '../support/platform.ts';
import { killsOneAndNoSecond, REPLICAS } from './support/crashing.ts';
import { scaleAll } from './support/disturbing.ts';

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
  await scaleAll(target, REPLICAS);
}, 240_000);
afterAll(() => scaleAll(target, 1), 240_000);

describe('a request that kills the pod which serves it', () => {
  it.each([
    ['preview', 'POST', '/api/documents'],
    ['web', 'GET', '/api/documents'],
    ['core', 'GET', '/api/documents'],
  ] as const)(
    'kills one of %s and no second one: %s %s is not sent to the next pod, and others are served',
    (service, method, path) => killsOneAndNoSecond(target, service, method, path),
    180_000,
  );
});
