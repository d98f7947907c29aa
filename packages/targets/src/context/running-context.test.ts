import type { Cluster } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { clusterSecret } from './running-context.ts';

const clusterWith = (data?: Readonly<Record<string, string>>) => ({ read: async () => data && { data } }) as unknown as Cluster;
const key = { secret: 'postgres-core', key: 'password' };

test('a password that the cluster has stays, since a database was made with it', async () => {
  expect(await clusterSecret(clusterWith({ password: Buffer.from('kept').toString('base64') }), 'platform', key)).toBe('kept');
});

test.each([
  ['there is no Secret', undefined],
  ['the Secret has no such key', { other: 'eA==' }],
])('a password is made where %s', async (_where, data) => {
  const [one, another] = [await clusterSecret(clusterWith(data), 'platform', key), await clusterSecret(clusterWith(data), 'platform', key)];
  expect(one).toMatch(/^[\w-]{32}$/);
  expect(another).not.toBe(one);
});
