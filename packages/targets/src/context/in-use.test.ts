import type { Cluster, Progress } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { isUsed } from './in-use.ts';

const holding = (...names: readonly string[]) =>
  ({
    list: async (_version: string, kind: string) =>
      kind === 'Service' ? names.map((name) => ({ kind, metadata: { name, namespace: 'shared' } })) : [],
  }) as unknown as Cluster;

test('a namespace in which somebody runs something is theirs, and what it is is said', async () => {
  const said: string[] = [];
  const progress = { say: (line: string) => said.push(line) } as unknown as Progress;
  expect(await isUsed(holding(), 'shared', progress)).toBe(false);
  expect(await isUsed(holding('a', 'b'), 'shared', progress)).toBe(true);
  expect(said).toEqual(['namespace shared stays: Service shared/a, Service shared/b is not ours']);
});
