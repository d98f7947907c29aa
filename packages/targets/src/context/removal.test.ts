import type { Cluster, Progress } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { isUsed } from './removal.ts';

const cluster = (...names: readonly string[]) =>
  ({
    list: async (_version: string, kind: string) =>
      kind === 'Service' ? names.map((name) => ({ kind, metadata: { name, namespace: 'shared' } })) : [],
  }) as unknown as Cluster;

test('keeps a namespace with objects of another user, and reports them', async () => {
  const printed: string[] = [];
  const progress = { print: (line: string) => printed.push(line) } as unknown as Progress;
  expect(await isUsed(cluster(), 'shared', progress)).toBe(false);
  expect(await isUsed(cluster('a', 'b'), 'shared', progress)).toBe(true);
  expect(printed).toEqual(['namespace shared stays: Service shared/a, Service shared/b is not ours']);
});
