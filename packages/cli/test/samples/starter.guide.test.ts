import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Clone, cloneOfCheckout } from './support/clone.ts';

const MINUTES = 60_000;
/** A node of its own: the one of the tests runs the platform with its samples. */
const INSTANCE = ['--instance', 'starter'];
let fork: Clone;

beforeAll(async () => {
  fork = await cloneOfCheckout();
}, 2 * MINUTES);
afterAll(async () => {
  await fork.platform(...INSTANCE, 'down', '--purge').finally(() => fork[Symbol.asyncDispose]());
}, 3 * MINUTES);

it(
  'without the samples a fork passes its tests, serves through the mesh and shows what its services can show; a service of its own comes to it',
  async () => {
    await fork.platform('init', 'acme', '--without-samples');
    await fork.run('git', 'add', '--all');
    await fork.run('git', 'commit', '--quiet', '--message', 'Call it acme');
    const files = (await fork.run('git', 'ls-files')).split('\n');
    expect(files.filter((file) => /^apps\//.test(file)).every((file) => file.startsWith('apps/hello/'))).toBe(true);
    expect(await fork.platform('test', 'unit', 'integration')).toMatch(/^\d+ passed, 0 failed$/m);

    await fork.platform(...INSTANCE, 'up');
    const url = (await fork.platform(...INSTANCE, 'url')).trim();
    expect(await (await fetch(`${url}/hello`)).json()).toEqual({ hello: 'hello', version: 'v1' });
    expect(await fork.platform(...INSTANCE, 'tour')).toMatch(/\d+ passed, 0 failed, \d+ without participants/);

    await fork.platform('new', 'service', 'cart', '--called-by', 'hello', '--postgres');
    await fork.platform(...INSTANCE, 'up');
    const { hops } = (await (await fetch(`${url}/path`)).json()) as { readonly hops: readonly { readonly service: string }[] };
    expect(hops.map(({ service }) => service)).toEqual(['hello', 'cart']);
    expect(await fork.platform(...INSTANCE, 'tour', '--only', 'identity')).toContain('✓ identity');
    await fork.platform('disconnect', 'hello', 'cart');
    await fork.platform('remove', 'service', 'cart');
    expect(await fork.run('git', 'status', '--porcelain')).toBe('');
  },
  25 * MINUTES,
);
