import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveWeights, withWeights } from './save-weights.ts';

const half = new Map([
  ['v1', 50],
  ['v2', 50],
]);

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
])('%s becomes %s', (before, after) => {
  expect(withWeights(before, 'a', half)).toBe(after);
});

test.each([['no word of them'], ['weights: computed()']])('a file with %s is not guessed at', (text) => {
  expect(withWeights(text, 'a', half)).toBeUndefined();
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(import.meta.dirname, 'saved-')); // inside of the package: the file imports it
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('writes the weights and leaves the rest of the file unchanged', async () => {
  const file = join(folder, 'shop.mesh.ts');
  await cp(join(import.meta.dirname, '../../examples/shop/shop.mesh.ts'), file);
  const before = await readFile(file, 'utf8');
  await saveWeights(file, 'catalog', half);
  expect(await readFile(file, 'utf8')).toBe(before.replace('catalog: { v1: 80, v2: 20 }', 'catalog: { v1: 50, v2: 50 }'));
});

test('restores a file that loads with other weights after the edit', async () => {
  const file = join(folder, 'odd.mesh.ts');
  const text = `// weights: { catalog: { v1: 1 } }\nexport default { services: new Map([['catalog', { weights: [{ version: 'v1', percent: 80 }] }]]) };\n`;
  await writeFile(file, text);
  await expect(saveWeights(file, 'catalog', half)).rejects.toThrow('the file was restored');
  expect(await readFile(file, 'utf8')).toBe(text);
});
