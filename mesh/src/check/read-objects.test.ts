import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { PlatformError } from '@mesh-platform/kubernetes';
import { expect, onTestFinished, test } from 'vitest';
import { originOf } from '../object.ts';
import { parseObjects, readObjects } from './read-objects.ts';

const namesOf = (objects: ReturnType<typeof parseObjects>) => objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
const linesOf = (text: string) => parseObjects(text, 'a.yaml').map((object) => originOf(object)?.line);
const one = (name: string) => `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\n`;

async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'mesh-platform-objects-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return path;
}

test('a text gives each of its documents, with the line where it begins', () => {
  const text = `# words\n\n${one('a')}---\n${one('b')}---\n---\n# nothing\n--- # a word\n\n${one('c')}...\n`;
  expect(namesOf(parseObjects(text, 'a.yaml'))).toEqual(['Service a', 'Service b', 'Service c']);
  expect(linesOf(text)).toEqual([3, 7, 15]);
});

test('a line of dashes in a block of text ends no document', () => {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  text: |\n    one\n    ---\n    two\n`;
  expect(parseObjects(text, 'a.yaml')).toHaveLength(1);
});

test('lists are unfolded, also in one another', () => {
  const inner = { apiVersion: 'v1', kind: 'ServiceList', items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'b' } }] };
  const list = { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } }, inner] };
  expect(namesOf(parseObjects(JSON.stringify(list), 'a.json'))).toEqual(['Service a', 'Service b']);
});

test('windows line ends, a byte order mark and merge keys are read', () => {
  const text = `\uFEFF${one('a')}spec: &ports { ports: [] }\nother: { <<: *ports, b: 1 }\n`.replaceAll('\n', '\r\n');
  expect(parseObjects(text, 'a.yaml')).toMatchObject([{ metadata: { name: 'a' }, other: { ports: [], b: 1 } }]);
});

test.each([
  ['what is not YAML', `${one('a')}---\n${one('b')}spec: [1\nmore: 2\n`, 'a.yaml:9 is not YAML'],
  ['a duplicate key', `${one('a')}kind: Pod\n`, 'a.yaml:4 is not YAML: duplicated mapping key'],
  ['what is no object', '---\n- 1\n', 'a.yaml:2 is no Kubernetes object: a mapping is missing'],
  ['a word', 'hello\n', 'a.yaml:1 is no Kubernetes object: a mapping is missing'],
  ['an object without a kind', 'apiVersion: v1\n', 'a.yaml:1 is no Kubernetes object: a kind is missing'],
  ['an object without a version', `${one('a')}---\n\nkind: Service\n`, 'a.yaml:6 is no Kubernetes object: an apiVersion is missing'],
  ['an item of a list that is no object', 'apiVersion: v1\nkind: List\nitems: [3]\n', 'a.yaml:1, items[0] is no Kubernetes object'],
  ['a name that is a number', 'apiVersion: v1\nkind: Service\nmetadata: { name: 1 }\n', 'a.yaml:1: its metadata.name is no string'],
  [
    'a namespace that is a mapping',
    'apiVersion: v1\nkind: Service\nmetadata: { namespace: {} }\n',
    'a.yaml:1: its metadata.namespace is no string',
  ],
  ['metadata that is a word', 'apiVersion: v1\nkind: Service\nmetadata: web\n', 'a.yaml:1: its metadata is no mapping'],
])('%s is refused in a message with file and line', (_what, text, message) => {
  expect(() => parseObjects(text, 'a.yaml')).toThrow(PlatformError);
  expect(() => parseObjects(text, 'a.yaml')).toThrow(message);
});

test.each([
  ['lists', '['.repeat(100_000) + ']'.repeat(100_000), 'nesting exceeded maxDepth (100)'],
  ['mappings', '{a: '.repeat(100_000) + '}'.repeat(100_000), 'nesting exceeded maxDepth (100)'],
  ['sequences in a block', `\n${'- '.repeat(100_000)}a`, 'nesting exceeded maxDepth (100)'],
  [
    'aliases that each refer to the last one',
    `\n  a0: &a0 {}\n${Array.from({ length: 20_000 }, (_, n) => `  a${n + 1}: &a${n + 1} { x: *a${n} }`).join('\n')}`,
    'a.yaml:1 is not read: it is nested deeper than 100 levels, with its aliases written out',
  ],
  ['an alias within itself', '&a\n  x: *a', 'a.yaml:1 is not read: it is nested deeper than 100 levels'],
  [
    'aliases that each refer nine times to the last one',
    `\n  a0: &a0 []\n${Array.from({ length: 9 }, (_, n) => `  a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(', ')}]`).join('\n')}`,
    'a.yaml:1 is not read: it has more than 1000000 values, with its aliases written out',
  ],
])('YAML that is nested without end, by %s, is refused in a message and at once', (_what, spec, message) => {
  const startedAt = performance.now();
  expect(() => parseObjects(`apiVersion: v1\nkind: Service\nspec: ${spec}\n`, 'a.yaml')).toThrow(message);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('YAML of ninety levels is read', () => {
  expect(parseObjects(`apiVersion: v1\nkind: Service\nspec: ${'['.repeat(90)}${']'.repeat(90)}\n`, 'a.yaml')).toHaveLength(1);
});

test('files, the YAML files of folders, and standard input are read in their order', async () => {
  const path = await folder({
    'b.yml': one('b'),
    'a.yaml': one('a'),
    'c.json': JSON.stringify({ apiVersion: 'v1', kind: 'Pod' }),
    'README.md': '[',
  });
  await mkdir(join(path, 'inside'));
  const objects = await readObjects([join(path, 'b.yml'), path, '-'], Readable.from([one('z')]));
  expect(namesOf(objects)).toEqual(['Service b', 'Service a', 'Service b', 'Pod undefined', 'Service z']);
  expect(originOf(objects.at(-1) ?? {})).toEqual({ file: 'standard input', line: 1 });
});

test('rejects a missing path, and a folder without YAML', async () => {
  const path = await folder({ 'README.md': '' });
  await expect(readObjects([join(path, 'web.yaml')])).rejects.toThrow(`there is no ${path}/web.yaml`);
  await expect(readObjects([path])).rejects.toThrow(`the folder ${path} contains no YAML file`);
});
