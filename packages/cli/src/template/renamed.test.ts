import { expect, test } from 'vitest';
import { type Names, renamed, requireNames } from './renamed.ts';

const here = { scope: 'ours', namespace: 'place', product: 'letters' };
const there = { scope: 'acme', namespace: 'shop', product: 'store' };

test.each([
  ['a.ts', "import { a } from '@ours/kit';", "import { a } from '@acme/kit';"],
  ['a.ts', '/from .*@ours\\/kit/', '/from .*@acme\\/kit/'],
  ['a.ts', "import { a } from '@ours-too/kit';", "import { a } from '@ours-too/kit';"],
  ['package.json', '{ "name": "ours" }', '{ "name": "acme" }'],
  ['apps/a/package.json', '{ "name": "ours" }', '{ "name": "ours" }'],
  ['.devcontainer/devcontainer.json', '"name": "ours", "source": "ours-cache"', '"name": "acme", "source": "ours-cache"'],
  ['packages/cli/src/services/topology.ts', "export const NAMESPACE = 'place';", "export const NAMESPACE = 'shop';"],
  [
    'environments/eks-prod/outputs.json',
    '"x/letters-prod/core", "letters-prod.example", "letters", "letters-prod"',
    '"x/store-prod/core", "store-prod.example", "letters", "store-prod"',
  ],
  ['docs/a.md', 'web.place.svc.cluster.local', 'web.shop.svc.cluster.local'],
  ['docs/a.md', 'spiffe://cluster.local/ns/place/sa/web', 'spiffe://cluster.local/ns/shop/sa/web'],
  ['docs/a.md', 'kubectl -- -n place exec, --namespace place get', 'kubectl -- -n shop exec, --namespace shop get'],
  ['docs/a.md', 'Sidecar place/web', 'Sidecar shop/web'],
  ['docs/a.md', 'no policy lets web of place do that', 'no policy lets web of shop do that'],
  ['packages/kit/README.md', 'metadata: { name: a, namespace: place }', 'metadata: { name: a, namespace: shop }'],
  ['docs/a.md', 'letters: 3 to change', 'store: 3 to change'],
  ['docs/a.md', '--on context:letters-dev, of letters-like', '--on context:store-dev, of letters-like'],
  ['docs/a.md', 'in place, of letters: a `place/`', 'in place, of letters: a `place/`'],
  ['mesh/src/a.ts', "'web.place.svc.cluster.local' // an example", "'web.place.svc.cluster.local' // an example"],
])('of %s, only what is certainly a name is renamed: %s', (file, before, after) => {
  expect(renamed(file, before, here, there)).toBe(after);
});

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
