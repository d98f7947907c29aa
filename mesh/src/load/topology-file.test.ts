import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withCall, withNames, withoutCall, withoutService, withService, withVersions } from './topology-file.ts';

/** With calls on a line and over several, and without. */
const checkout = join(import.meta.dirname, '../../..');
const source = await readFile(join(checkout, 'mesh/examples/shop/shop.mesh.ts'), 'utf8');
/** As the linter writes it. */
const formatted = (text: string): string =>
  execFileSync(join(checkout, 'node_modules/.bin/biome'), ['format', '--stdin-file-path=platform.mesh.ts'], {
    cwd: checkout,
    input: text,
    encoding: 'utf8',
    timeout: 30_000,
  });

const mesh = (services: string, rest = '') =>
  `const spread = { versions: ['v1'] } as const;\nexport default defineMesh({ services: { ${services} }${rest} });\n`;

test('a service is written after the others, and without it the file is byte for byte as it was', async () => {
  const added = await formatted(withService(source, 'my-cart', `{ protocol: 'http', port: 8080, versions: ['v1'] }`));
  expect(added).toContain("    'my-cart': { protocol: 'http', port: 8080, versions: ['v1'] },\n  },\n  externals:");
  expect(await formatted(withoutService(added, 'my-cart'))).toBe(source);
});

const call = `{ timeout: '2s', methods: { 'GET /hello,/path': {} } }`;
test.each(['storefront', 'api', 'catalog', 'postgres'])(
  'adds a call of %s to its others, and removing it restores the file byte for byte',
  async (from) => {
    const added = await formatted(withCall(source, from, 'basket', call));
    expect(added).toContain(`basket: ${call}`);
    expect(await formatted(withoutCall(added, from, 'basket'))).toBe(source);
  },
);

test('adds and removes two calls in either order', async () => {
  const both = await formatted(withCall(await formatted(withCall(source, 'storefront', 'a', call)), 'storefront', 'b', call));
  expect(await formatted(withoutCall(await formatted(withoutCall(both, 'storefront', 'b')), 'storefront', 'a'))).toBe(source);
  expect(await formatted(withoutCall(await formatted(withoutCall(both, 'storefront', 'a')), 'storefront', 'b'))).toBe(source);
});

test('a service takes its weights along', () => {
  const text = mesh(`a: { versions: ['v1'] }, b: { versions: ['v1'] }`, ', weights: { a: { v1: 100 }, b: { v1: 100 } }');
  expect(withoutService(text, 'b')).toBe(mesh(`a: { versions: ['v1'] }`, ', weights: { a: { v1: 100 } }'));
});

test.each([
  ["a: { versions: ['v1'], port: 1 }", "a: { versions: ['v1', 'v2'], port: 1 }"],
  ['a: { ...spread, port: 1 }', "a: { ...spread, versions: ['v1', 'v2'], port: 1 }"],
])('another version of %s makes %s', (before, after) => {
  expect(withVersions(mesh(before), 'a', ['v1', 'v2'])).toBe(mesh(after));
});

test('removing a version removes its weight', () => {
  const text = mesh(`a: { versions: ['v1', 'v2'] }`, ', weights: { a: { v1: 100, v2: 0 } }');
  expect(withVersions(text, 'a', ['v1'])).toBe(mesh(`a: { versions: ['v1'] }`, ', weights: { a: { v1: 100 } }'));
});

test.each([
  ['services that are computed', 'export default defineMesh({ services: all() });', 'the services'],
  ['no topology', 'export const a = 1;', 'the mesh'],
])('a file with %s is not guessed at', (_, text, what) => {
  expect(() => withService(text, 'a', '{}')).toThrow(`platform.mesh.ts does not write out ${what}`);
});

test('the names of the topology are written again, and a name that is computed is not guessed at', () => {
  const named = (name: string) => `export default defineMesh({ name: ${name}, namespace: 'platform', services: {} });`;
  expect(withNames(named(`'documents'`), { name: 'shop', namespace: 'acme' })).toBe(named(`'shop'`).replace('platform', 'acme'));
  expect(() => withNames(named('NAME'), { name: 'shop', namespace: 'acme' })).toThrow('platform.mesh.ts does not write out the name');
});
