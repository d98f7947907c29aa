import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  addCall,
  addService,
  editTopology,
  removeCall,
  removeService,
  setNames,
  setVersions,
  setWeights,
  TOPOLOGY,
  type TopologyEdit,
} from './topology-file.ts';

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

const edited = (text: string, ...edits: readonly TopologyEdit[]): string => editTopology(TOPOLOGY, text, ...edits);

const mesh = (services: string, rest = '') =>
  `const spread = { versions: ['v1'] } as const;\nexport default defineMesh({ services: { ${services} }${rest} });\n`;

test('a service is written after the others, and without it the file is byte for byte as it was', { timeout: 30_000 }, async () => {
  const added = await formatted(edited(source, addService('my-cart', `{ protocol: 'http', port: 8080, versions: ['v1'] }`)));
  expect(added).toContain("    'my-cart': { protocol: 'http', port: 8080, versions: ['v1'] },\n  },\n  externals:");
  expect(await formatted(edited(added, removeService('my-cart')))).toBe(source);
});

const call = `{ timeout: '2s', methods: { 'GET /hello,/path': {} } }`;
test.each(['storefront', 'api', 'catalog', 'postgres'])(
  'adds a call of %s to its others, and removing it restores the file byte for byte',
  { timeout: 30_000 },
  async (from) => {
    const added = await formatted(edited(source, addCall(from, 'basket', call)));
    expect(added).toContain(`basket: ${call}`);
    expect(await formatted(edited(added, removeCall(from, 'basket')))).toBe(source);
  },
);

test('adds and removes two calls in either order', { timeout: 30_000 }, async () => {
  const both = await formatted(edited(await formatted(edited(source, addCall('storefront', 'a', call))), addCall('storefront', 'b', call)));
  expect(await formatted(edited(await formatted(edited(both, removeCall('storefront', 'b'))), removeCall('storefront', 'a')))).toBe(source);
  expect(await formatted(edited(await formatted(edited(both, removeCall('storefront', 'a'))), removeCall('storefront', 'b')))).toBe(source);
});

test('a service takes its weights along', () => {
  const text = mesh(`a: { versions: ['v1'] }, b: { versions: ['v1'] }`, ', weights: { a: { v1: 100 }, b: { v1: 100 } }');
  expect(edited(text, removeService('b'))).toBe(mesh(`a: { versions: ['v1'] }`, ', weights: { a: { v1: 100 } }'));
});

test.each([
  ["a: { versions: ['v1'], port: 1 }", "a: { versions: ['v1', 'v2'], port: 1 }"],
  ['a: { ...spread, port: 1 }', "a: { ...spread, versions: ['v1', 'v2'], port: 1 }"],
])('another version of %s makes %s', (before, after) => {
  expect(edited(mesh(before), setVersions('a', ['v1', 'v2']))).toBe(mesh(after));
});

test('removing a version removes its weight', () => {
  const text = mesh(`a: { versions: ['v1', 'v2'] }`, ', weights: { a: { v1: 100, v2: 0 } }');
  expect(edited(text, setVersions('a', ['v1']))).toBe(mesh(`a: { versions: ['v1'] }`, ', weights: { a: { v1: 100 } }'));
});

test.each([
  ['services that are computed', 'export default defineMesh({ services: all() });', 'the services'],
  ['no topology', 'export const a = 1;', 'the mesh'],
])('a file with %s is not guessed at', (_, text, what) => {
  expect(() => edited(text, addService('a', '{}'))).toThrow(`platform.mesh.ts does not write out ${what}`);
});

test('the names of the topology are written again, and a name that is computed is not guessed at', () => {
  const named = (name: string) => `export default defineMesh({ name: ${name}, namespace: 'platform', services: {} });`;
  expect(edited(named(`'documents'`), setNames({ name: 'shop', namespace: 'acme' }))).toBe(named(`'shop'`).replace('platform', 'acme'));
  expect(() => edited(named('NAME'), setNames({ name: 'shop', namespace: 'acme' }))).toThrow(
    'platform.mesh.ts does not write out the name',
  );
});

const half = new Map([
  ['v1', 50],
  ['v2', 50],
]);
const topology = (properties: string): string => `export default defineMesh({ ${properties} });`;

test.each([
  ['weights: { a: { v1: 80, v2: 20 } }', 'weights: { a: { v1: 50, v2: 50 } }'],
  [
    "weights: {\n  b: { v1: 100 },\n  'a': {\n    v1: 80,\n    v2: 20,\n  },\n}",
    "weights: {\n  b: { v1: 100 },\n  'a': { v1: 50, v2: 50 },\n}",
  ],
  [
    'services: { a: { x: 1 } }, weights: { aa: { v1: 100 }, a: { v1: 80 } }',
    'services: { a: { x: 1 } }, weights: { aa: { v1: 100 }, a: { v1: 50, v2: 50 } }',
  ],
  ['weights: { b: { v1: 100 } }', 'weights: { b: { v1: 100 }, a: { v1: 50, v2: 50 } }'],
  ['weights: {}', 'weights: { a: { v1: 50, v2: 50 } }'],
  ['weights: {\n  b: { v1: 100 },\n},', 'weights: {\n  b: { v1: 100 },\n  a: { v1: 50, v2: 50 },\n},'],
  ['weights: { b: { v1: 100 } }, other: { a: { v1: 1 } }', 'weights: { b: { v1: 100 }, a: { v1: 50, v2: 50 } }, other: { a: { v1: 1 } }'],
  ['/* weights: { a: {} } */ weights: { a: { v1: 1 } }', '/* weights: { a: {} } */ weights: { a: { v1: 50, v2: 50 } }'],
  [`note: \`weights: { a: \${'}'}\`, weights: { a: { v1: 1 } }`, `note: \`weights: { a: \${'}'}\`, weights: { a: { v1: 50, v2: 50 } }`],
  ["['weights']: { ['a']: { v1: 1 }, [a]: { v1: 2 } }", "['weights']: { ['a']: { v1: 50, v2: 50 }, [a]: { v1: 2 } }"],
  ['weights: { [a]: { v1: 2 }, ...more }', 'weights: { [a]: { v1: 2 }, ...more, a: { v1: 50, v2: 50 } }'],
  ['weights: { a: { v1: 1 } as const } satisfies Weights<`é}`>', 'weights: { a: { v1: 50, v2: 50 } as const } satisfies Weights<`é}`>'],
  ['weights: {\n  b: { v1: 100 }, // of b: {\n}', 'weights: {\n  b: { v1: 100 }, // of b: {\n  a: { v1: 50, v2: 50 },\n}'],
  ['weights: {\n  b: { v1: 100 } /* , */\n}', 'weights: {\n  b: { v1: 100 }, /* , */\n  a: { v1: 50, v2: 50 }\n}'],
  ['weights: { // none yet\n}', 'weights: { // none yet\n  a: { v1: 50, v2: 50 }\n}'],
  ['weights: { a: {\n  v1: 80, // the old one\n} }', 'weights: { a: {\n  v1: 50, // the old one\n  v2: 50,\n} }'],
])('%s becomes %s', (before, after) => {
  expect(edited(topology(before), setWeights('a', half))).toBe(topology(after));
});

test.each([
  ['a constant', 'const mesh = defineMesh(SPEC);\nexport default mesh;'],
  ['the argument of another function', 'export default checked(defineMesh(SPEC as const));'],
  ['an argument with a name and a type', 'export const spec: Spec = SPEC satisfies Spec;\nexport default defineMesh<Spec>(spec);'],
])('finds the topology in %s', (_, text) => {
  const of = (weights: string) => text.replace('SPEC', `{ weights: { a: ${weights} } }`);
  expect(edited(of('{ v1: 80 }'), setWeights('a', half))).toBe(of('{ v1: 50, v2: 50 }'));
});

test.each([
  ['no weights', topology('\nservices: {}'), 'platform.mesh.ts does not write out the weights: line 1 has no object literal'],
  ['computed weights', topology('\nweights: computed()'), 'the weights: line 2 has no object literal'],
  ['computed weights of the service', topology('weights: {\n\na: half }'), 'the weights of a: line 3 has no object literal'],
  [
    'weights in a comment only',
    '// weights: { a: { v1: 1 } }\nexport default all;',
    'the mesh: line 1 has no export default defineMesh({ … })',
  ],
  ['a mistake', topology('\nno word of them'), /^platform\.mesh\.ts:2 cannot be parsed: Unexpected token$/],
])('a file with %s is not guessed at', (_, text, message) => {
  expect(() => edited(text, setWeights('a', half))).toThrow(message);
});

test('the hint of weights that cannot be written names them', () => {
  expect(() => edited(topology('services: {}'), setWeights('my-a', half))).toThrow(
    expect.objectContaining({ hint: "write them by hand: weights: { 'my-a': { v1: 50, v2: 50 } }" }),
  );
});

test.each([
  [
    '{\n  a: {}, // of a\n  // of b {\n  b: {}, /* more\n  of b */\n\n  // of c\n  c: {},\n}',
    '{\n  a: {}, // of a\n\n  // of c\n  c: {},\n}',
  ],
  ['{ a: {} /* of a */, /* of b */ b: {}, c: {} }', '{ a: {} /* of a */, c: {} }'],
  ['{ b: {}, c: {} }', '{ c: {} }'],
  ['{ b: {}, }', '{  }'],
  ['{\n  a: {},\n  b: {}\n}', '{\n  a: {},\n}'],
])('without b %s becomes %s', (before, after) => {
  expect(edited(topology(`services: ${before}`), removeService('b'))).toBe(topology(`services: ${after}`));
});

test('two services are added one after the other, each behind the comments of the last', () => {
  const before = topology('services: {\n  a: {}, // of a\n  // the end\n}');
  const after = topology('services: {\n  a: {}, // of a\n  // the end\n  b: {},\n  c: {},\n}');
  expect(edited(before, addService('b', '{}'), addService('c', '{}'))).toBe(after);
});
