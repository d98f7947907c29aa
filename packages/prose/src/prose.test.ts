import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkFiles } from './check-files.ts';
import { codeProblems, commentProblems } from './code.ts';
import { MAX_WORDS, markdownProblems } from './markdown.ts';

test('reports a term in Markdown with its place and what to write', async () => {
  const problems = await markdownProblems('# Title\n\nThe gateway tells the client.\n');
  expect(problems).toEqual([{ line: 3, column: 13, message: "'tells' is not a term of this field", hint: 'write report, print, set' }]);
});

test.each([
  ['an error message', "throw new Error('the pod is mended');\n", 'mended'],
  ['a template', 'throw new Error(`the pod lacks a label`);\n', 'lacks'],
  ['a test name', "test('nobody is let in', () => {});\n", 'nobody'],
  ['a comment', '/** Who says this. */\n', 'says'],
  ['a name', 'const knowNobody = 1;\n', 'Nobody'],
  ['a constant', 'const CURE = 1;\n', 'CURE'],
])('reports a term in %s of TypeScript', (_where, code, found) => {
  expect(codeProblems(code)).toMatchObject([{ line: 1, message: expect.stringContaining(`'${found}'`) }]);
});

test('reports a term in a comment of YAML, with its column', () => {
  expect(commentProblems('kind: Pod\nspec: {} # nobody knows\n')).toMatchObject([{ line: 2, column: 12 }]);
});

test.each([
  ['code in Markdown', () => markdownProblems('Run `platform tell`.\n\n```\nit says hello\n```\n')],
  ['a value of YAML', () => commentProblems('name: alone\n')],
  ['a word that contains a term', () => codeProblems("const essay = 'a household';\n")],
])('reports nothing in %s', async (_where, problems) => {
  expect(await problems()).toEqual([]);
});

const words = (count: number) => `${Array.from({ length: count }, () => 'word').join(' ')}.\n`;

test('rejects a sentence that is too long, and no paragraph of short ones', async () => {
  expect(await markdownProblems(words(MAX_WORDS + 1))).toMatchObject([
    { line: 1, message: expect.stringContaining(`${MAX_WORDS + 1} words`) },
  ]);
  expect(await markdownProblems(`${words(MAX_WORDS)}${words(MAX_WORDS)}`)).toEqual([]);
});

test('names the file of each problem', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-prose-'));
  try {
    await writeFile(join(folder, 'page.md'), 'Nobody.\n');
    await writeFile(join(folder, 'main.ts'), '// nobody\n');
    await writeFile(join(folder, 'Dockerfile'), '# nobody\n');
    await writeFile(join(folder, 'data.json'), '{"nobody": 1}\n');
    const problems = await checkFiles(folder, ['page.md', 'main.ts', 'Dockerfile', 'data.json']);
    expect(problems.map(({ file }) => file)).toEqual(['page.md', 'main.ts', 'Dockerfile']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
