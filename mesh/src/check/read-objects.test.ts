import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { PlatformError, UsageError } from '@mesh-platform/kubernetes';
import { expect, onTestFinished, test } from 'vitest';
import { type MeshObject, originOf } from '../object.ts';
import { parseObjects, readObjects, readText } from './read-objects.ts';

const namesOf = (objects: readonly MeshObject[]) => objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
const linesOf = (text: string) => parseObjects(text, 'a.yaml').map((object) => originOf(object)?.line);
const one = (name: string) => `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\n`;

async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'mesh-platform-objects-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
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
  ['what is no object', '---\n- 1\n', 'a.yaml:2 is no Kubernetes object: it is no mapping'],
  ['a word', 'hello\n', 'a.yaml:1 is no Kubernetes object: it is no mapping'],
  ['an object without a kind', 'apiVersion: v1\n', 'a.yaml:1 is no Kubernetes object: it has no kind'],
  ['an object without a version', `${one('a')}---\n\nkind: Service\n`, 'a.yaml:6 is no Kubernetes object: it has no apiVersion'],
  [
    'an item of a list that is no object',
    'apiVersion: v1\nkind: List\nitems: [3]\n',
    'a.yaml:1 is no Kubernetes object: items[0] is no mapping',
  ],
  [
    'a name that is a number',
    'apiVersion: v1\nkind: Service\nmetadata: { name: 1 }\n',
    'a.yaml:1 is no Kubernetes object: it has a metadata.name that is no string',
  ],
  [
    'a name that YAML 1.1 reads as a boolean',
    'apiVersion: v1\nkind: Service\nmetadata: { name: on }\n',
    'a.yaml:1 is no Kubernetes object: it has a metadata.name that is no string',
  ],
  [
    'a namespace that is a mapping',
    'apiVersion: v1\nkind: Service\nmetadata: { namespace: {} }\n',
    'a.yaml:1 is no Kubernetes object: it has a metadata.namespace that is no string',
  ],
  [
    'metadata that is a word',
    'apiVersion: v1\nkind: Service\nmetadata: web\n',
    'a.yaml:1 is no Kubernetes object: it has metadata that is no mapping',
  ],
])('%s is refused in a message with file and line', (_what, text, message) => {
  expect(() => parseObjects(text, 'a.yaml')).toThrow(PlatformError);
  expect(() => parseObjects(text, 'a.yaml')).toThrow(message);
});

test('items of a typed list have the type that the list names', () => {
  const text = 'apiVersion: networking.istio.io/v1\nkind: VirtualServiceList\nitems: [{ metadata: { name: a } }]\n';
  expect(parseObjects(text, 'a.yaml')).toMatchObject([{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' }]);
  for (const items of ['', 'items: null', 'items: 0']) expect(parseObjects(`apiVersion: v1\nkind: List\n${items}\n`, 'a.yaml')).toEqual([]);
});

test.each([
  ['a template of Helm', 'a.yaml', `${one('a')}---\n${one('{{ .Release.Name }}')}`, 'is a Helm template', 'helm template'],
  ['the description of a chart', 'chart/Chart.yaml', 'apiVersion: v2\nname: a\n', 'belongs to a Helm chart', 'helm template'],
  ['the values of a chart', 'chart/values-eks.yaml', 'replicas: 2\n', 'belongs to a Helm chart', 'helm template'],
  ['a kustomization', 'eks/kustomization.yaml', 'resources: [a.yaml]\n', 'is the input of kustomize', 'kustomize build eks'],
  [
    'a kustomization with a kind',
    'eks/other.yaml',
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
    'is the input of kustomize',
    'kustomize build eks',
  ],
  ['the YAML of another tool', 'compose.yaml', 'services: {}\n', 'has no apiVersion and no kind', 'name only files'],
])('%s is the input of another tool, and the hint names it', (_what, file, text, message, hint) => {
  const { objects, unreadable } = readText(text, file);
  expect([objects, unreadable]).toEqual([[], [expect.objectContaining({ isOtherInput: true, file })]]);
  expect(unreadable[0]?.message).toContain(message);
  expect(unreadable[0]?.hint).toContain(hint);
});

test('a file with several unreadable documents has one reason, and keeps its other objects', () => {
  const { objects, unreadable } = readText(`${one('a')}---\nkind: Pod\n---\nspec: [\n---\n${one('b')}`, 'a.yaml');
  expect(namesOf(objects)).toEqual(['Service a', 'Service b']);
  expect(unreadable.map(({ message }) => message)).toEqual(['a.yaml:5 is no Kubernetes object: it has no apiVersion']);
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

test('files, folders with their subfolders, and standard input are read in their order', async () => {
  const path = await folder({
    'b.yml': one('b'),
    'a.yaml': one('a'),
    'c.json': JSON.stringify({ apiVersion: 'v1', kind: 'Pod' }),
    'README.md': '[',
    'inside/deep/d.yaml': one('d'),
    'node_modules/x/package.json': '{}',
    '.github/ci.yaml': 'on: push',
  });
  const { objects, unreadable } = await readObjects([join(path, 'b.yml'), path, '-'], Readable.from([one('z')]));
  expect(namesOf(objects)).toEqual(['Service b', 'Service a', 'Service b', 'Pod undefined', 'Service d', 'Service z']);
  expect(originOf(objects.at(-1) ?? {})).toEqual({ file: 'standard input', line: 1 });
  expect(unreadable).toEqual([]);
});

test('links that go around, or to nothing, end no reading, and no file is read twice', async () => {
  const path = await folder({ 'inside/a.yaml': one('a') });
  await symlink(path, join(path, 'inside/up'));
  await symlink(join(path, 'inside/a.yaml'), join(path, 'b.yaml'));
  await symlink('nowhere', join(path, 'c.yaml'));
  expect(namesOf((await readObjects([path])).objects)).toEqual(['Service a']);
});

test.each(['utf16le', 'utf16be'])('%s with its byte order mark is read', async (encoding) => {
  const bytes = Buffer.from(`\uFEFF${one('ä')}`, 'utf16le');
  const { objects } = await readObjects(['-'], Readable.from([encoding === 'utf16le' ? bytes : bytes.swap16()]));
  expect(namesOf(objects)).toEqual(['Service ä']);
});

test('bytes that are no text, and files without bounds, are the reason why one file is not read', async () => {
  const { unreadable } = await readObjects(['-'], Readable.from([Buffer.from([0x61, 0xff])]));
  expect(unreadable.map(({ message }) => message)).toEqual(['standard input:1 is not YAML: its bytes are not UTF-8']);
  const chunk = Buffer.alloc(1024 ** 2, '#');
  const long = await readObjects(['-'], Readable.from(Array.from({ length: 65 }, () => chunk)));
  expect(long.unreadable.map(({ message }) => message)).toEqual(['standard input:1 is not read: it has more than 64 MiB']);
});

test('rejects a missing path', async () => {
  const path = await folder({ 'README.md': '' });
  await expect(readObjects([join(path, 'web.yaml')])).rejects.toThrow(`there is no ${path}/web.yaml`);
});

test('an empty input is a wrong usage', async () => {
  const path = await folder({ 'README.md': '', 'empty/a.yaml': '# nothing\n---\n' });
  const refused = (...args: Parameters<typeof readObjects>) => expect(readObjects(...args)).rejects;
  await refused([path]).toThrow(UsageError);
  await refused([path]).toThrow(`there is no Kubernetes object in ${path}`);
  await refused([join(path, 'empty')]).toThrow(UsageError);
  await refused(['-'], Readable.from([])).toThrow('there is no Kubernetes object in standard input: it is empty');
  await rm(join(path, 'empty'), { recursive: true });
  await refused([path]).toThrow(`the folder ${path} contains no YAML file`);
});
