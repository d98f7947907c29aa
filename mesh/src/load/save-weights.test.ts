import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveWeights } from './save-weights.ts';

const half = new Map([
  ['v1', 50],
  ['v2', 50],
]);

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
  const text = `const odd = (_) => ({ services: new Map([['catalog', { weights: [{ version: 'v1', percent: 80 }] }]]) });
export default odd({ weights: { catalog: { v1: 1 } } });\n`;
  await writeFile(file, text);
  await expect(saveWeights(file, 'catalog', half)).rejects.toThrow('the file was restored');
  expect(await readFile(file, 'utf8')).toBe(text);
});

test('leaves a file that it cannot edit as it is', async () => {
  const file = join(folder, 'computed.mesh.ts');
  const text = '// weights: { catalog: { v1: 1 } }\nexport default defineMesh({\n  weights: weights(),\n});\n';
  await writeFile(file, text);
  await expect(saveWeights(file, 'catalog', half)).rejects.toThrow('computed.mesh.ts does not write out the weights: line 3');
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(await readdir(folder)).not.toContainEqual(expect.stringContaining('draft'));
});
