import { expect, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { runningTarget } from '../support/platform.ts';
import { scale } from './support/disturbing.ts';
import { runLoadTest } from './support/load-test.ts';

const TEST_MS = 300_000;

it(
  'weights.ts fails where no pod of v2 runs, and reports it',
  async () => {
    const target = await runningTarget();
    await scale(target, NAMESPACE, 0, ['preview-v2']);
    try {
      // A dead version shows in fewer requests than a weight that is 3 points off.
      const { status, stdout, page } = await runLoadTest('weights', { PRECISION: '10' });
      expect(status).not.toBe(0);
      for (const words of [stdout, page]) {
        expect(words).toMatch(/✗ preview v2 answered nothing: \d+ requests failed/);
        expect(words).not.toContain('v1 answered nothing');
      }
      expect(stdout).toContain('✗ failed: threshold count==0 is crossed');
    } finally {
      await scale(target, NAMESPACE, 1, ['preview-v2']);
    }
  },
  TEST_MS,
);
