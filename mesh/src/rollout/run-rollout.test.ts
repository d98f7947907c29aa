import type { Cluster } from '@mesh-platform/kubernetes';
import { expect, it } from 'vitest';
import { runRollout } from './run-rollout.ts';

const rollout = (canary: string, versions: readonly string[]) =>
  runRollout(
    {} as Cluster, // refused before it is asked
    { topology: 'shop', namespace: 'shop', service: 'web', render: () => [], versions, isGrpc: false },
    { canary, steps: [50], limits: { maxRatio: 1.25, floor: 0.01 }, within: 60_000, mode: 'start' },
    { signal: new AbortController().signal, report: () => {} },
  );

it('refuses a version that the service does not have, and names those that it has', async () => {
  await expect(rollout('v3', ['v1', 'v2'])).rejects.toMatchObject({
    message: 'web has no version v3',
    hint: expect.stringContaining('v1, v2'),
  });
});

it('refuses a service with one version, which has nothing to be compared with', async () => {
  await expect(rollout('v1', ['v1'])).rejects.toThrow('web has one version only: v1 has nothing to be compared with');
});
