import { expect, test } from 'vitest';
import { type Names, requireNames } from './names.ts';

const good = { scope: 'acme', namespace: 'shop', product: 'acme-shop' };
const others = ['nestjs', 'types'];

test.each([
  good,
  { scope: '0', namespace: 's', product: 'abc' },
  { scope: 'a'.repeat(39), namespace: 'n'.repeat(63), product: 'p'.repeat(16) },
])('the names %o can be', (names) => {
  expect(() => requireNames(names, others)).not.toThrow();
});

test.each<readonly [wrong: Partial<Names>, message: string]>([
  [{ product: 'Shop' }, "'Shop' is no name of a platform"],
  [{ product: 'ab' }, "'ab' is no name of a platform"],
  [{ product: 'shop-' }, "'shop-' is no name of a platform"],
  [{ product: 'p'.repeat(17) }, 'is no name of a platform'],
  [{ scope: '../evil' }, "'../evil' is no scope of npm"],
  [{ scope: '' }, "'' is no scope of npm"],
  [{ scope: 'a'.repeat(40) }, 'is no scope of npm'],
  [{ scope: 'nestjs' }, '@nestjs is the scope of packages that the platform installs'],
  [{ namespace: 'a.b' }, "'a.b' is no name of a namespace"],
  [{ namespace: 'n'.repeat(64) }, 'is no name of a namespace'],
  ...['default', 'kube-system', 'istio-system', 'mesh-apply', 'database-admin'].map(
    (namespace) => [{ namespace }, `the namespace '${namespace}' is taken`] as const,
  ),
])('the names with %o are refused: %s', (wrong, message) => {
  expect(() => requireNames({ ...good, ...wrong }, others)).toThrow(message);
});
