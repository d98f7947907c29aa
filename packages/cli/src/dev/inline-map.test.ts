import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { withInlineMap } from './inline-map.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-map-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await Promise.all(['src', 'dist'].map((name) => mkdir(join(folder, name))));
});

const contentOf = async (file: string) => Buffer.from(await withInlineMap(join(folder, file)), 'base64').toString();

test('a compiled file carries its map, which names the sources of this checkout and has their text', async () => {
  await writeFile(join(folder, 'src/main.ts'), 'const answer: number = 42;\n');
  await writeFile(join(folder, 'dist/main.js'), 'const answer = 42;\n//# sourceMappingURL=main.js.map');
  await writeFile(
    join(folder, 'dist/main.js.map'),
    JSON.stringify({ version: 3, sourceRoot: '', sources: ['../src/main.ts'], mappings: 'AAAA' }),
  );
  const [, encoded = ''] =
    /^const answer = 42;\n\/\/# sourceMappingURL=data:application\/json;base64,(\S+)$/.exec(await contentOf('dist/main.js')) ?? [];
  expect(JSON.parse(Buffer.from(encoded, 'base64').toString())).toEqual({
    version: 3,
    sourceRoot: '',
    sources: [pathToFileURL(join(folder, 'src/main.ts')).href],
    sourcesContent: ['const answer: number = 42;\n'],
    mappings: 'AAAA',
  });
});

test.each([
  ['dist/plain.js', 'export const without = "a map";\n'],
  ['dist/package.json', '{}'],
])('%s stays as it is', async (file, text) => {
  await writeFile(join(folder, file), text);
  expect(await contentOf(file)).toBe(text);
});
