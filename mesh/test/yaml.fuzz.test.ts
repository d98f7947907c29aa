import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fuzz, mutatedText, mutatedValue } from '@mesh-platform/fuzz-kit';
import { PlatformError } from '@mesh-platform/kubernetes';
import fc from 'fast-check';
import { test } from 'vitest';
import { parseObjects, readText } from '../src/check/read-objects.ts';
import { checkSubject } from '../src/commands/check.ts';
import { explain } from '../src/explain/explain.ts';
import { describeExplanation } from '../src/explain/explanation.ts';
import { importTopology } from '../src/import/import-topology.ts';
import { topologySource } from '../src/import/topology-source.ts';
import type { MeshObject } from '../src/object.ts';

const MAX_CORPUS_BYTES = 4 * 1024;
const corpus = globSync('fixtures/**/*.yaml', { cwd: import.meta.dirname })
  .sort()
  .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
  .filter((text) => text.length < MAX_CORPUS_BYTES);
const sets = corpus.map((text) => parseObjects(text, 'corpus.yaml')).filter((objects) => objects.length > 0);
const inList = (items: readonly MeshObject[]) => ({ apiVersion: 'v1', kind: 'List', items });

const TOKENS = [
  '---\n',
  '...\n',
  '%YAML 1.2\n---\n',
  '&a ',
  '*a ',
  '<<: *a\n',
  '!!binary |\n',
  '!!js/function ',
  '!<tag:yaml.org,2002:str> ',
  '? ',
  ': ',
  '- ',
  '[',
  '{',
  ']',
  '}',
  '|\n',
  '>-\n',
  '\t',
  '\r\n',
  '#',
  '"\\x',
  "'",
  'kind: List\nitems:\n',
  'spec: ~\n',
  'metadata: []\n',
  'kind: VirtualService\n',
  '__proto__: {}\n',
  '0x7fffffffffffffff',
  '.inf',
  '{{ .Values.a }}',
  'name: constructor\n',
  'host: __proto__\n',
  '\0',
  '\ufeff',
];

const header = 'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: a, namespace: b }\n';
/** Each level names the one before several times: few lines, and more values than any memory has. */
const aliases = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 9 })).map(([levels, width]) => {
  const lines = Array.from({ length: levels }, (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(width)}]`);
  return `${header}spec:\n  l0: &l0 { hosts: [x] }\n${lines.map((line) => `  ${line}\n`).join('')}  http: *l${levels}\n`;
});
const cycle = fc.constantFrom(
  'spec: &a { http: [*a] }',
  'spec: &a { http: *a, hosts: [*a] }',
  'metadata: &a { labels: *a }',
  'kind: List\nitems: &a [*a]',
);
const nested = fc
  .tuple(fc.constantFrom('[', '{a: ', '- ', '? ', '!x '), fc.integer({ min: 1, max: 4_000 }))
  .map(([open, depth]) => `${header}spec:\n  http: ${open.repeat(depth)}`);
const documents = fc
  .tuple(fc.constantFrom('---\n', '---\na: 1\n', `---\n${header}`), fc.integer({ min: 1, max: 60 }))
  .map(([text, count]) => text.repeat(count));
const long = fc
  .tuple(fc.constantFrom('x', ' ', '\n  ', '"\\u0041', '#', ': ', '&a ', '!', '%', '🙂'), fc.integer({ min: 1, max: 64 * 1024 }))
  .map(([what, times]) => `${header}spec: { hosts: [${what.repeat(times / what.length)}] }\n`);
const values = mutatedValue({
  corpus: [...sets.flat(), ...sets.filter((objects) => objects.length > 1).map(inList)],
  junk: [null, 'word', '', 7, -1, 1e308, true, [], {}, [null], [[]], { name: null }, [{}], '*', '~/*', 'constructor', '*.*', '.'],
  plain: true,
}).map((value) => JSON.stringify(value) ?? '');

const inputs = fc.oneof(
  { weight: 80, arbitrary: mutatedText({ corpus, tokens: TOKENS }) },
  { weight: 80, arbitrary: values },
  ...[cycle, nested, documents, long].map((arbitrary) => ({ weight: 3, arbitrary })),
  { weight: 1, arbitrary: aliases }, // each is counted to its bound, which takes a hundred times as long as the others
);

/** Rethrows what is no rejection with the fix. */
function refused(error: unknown): 'refused' {
  if (error instanceof PlatformError && error.hint !== '') return 'refused';
  throw error;
}

const NAMES = ['gateway', 'constructor', '__proto__', 'toString'];

/** Requests between the first services and from the gateway, and some to names that every JavaScript object has. */
function explainEach(objects: readonly MeshObject[]): void {
  const services = objects.flatMap(({ kind, metadata }) => (kind === 'Service' && metadata?.name ? [metadata.name] : [])).slice(0, 2);
  const names = [...services, ...NAMES];
  for (const [index, from] of names.entries()) {
    const to = names[(index + 1) % names.length] ?? from;
    try {
      describeExplanation(explain(objects, { from, to, path: '/%2e%2e//a?b=%', headers: { constructor: 'a', cookie: 'version=v2' } }));
    } catch (error) {
      refused(error);
    }
  }
}

test('checks, imports and explains any YAML, or rejects it with the place and the fix', async () => {
  await fuzz({
    name: 'YAML',
    file: import.meta.filename,
    inputs,
    outcomes: ['without errors', 'with errors', 'refused'],
    cpuMs: 500,
    memoryMiB: 128,
    check: (text) => {
      const { objects, unreadable } = readText(text, 'a.yaml');
      for (const { message } of unreadable) if (!message.startsWith('a.yaml:') || message.length >= 1_000) throw new Error(message);
      const { output, exitCode } = checkSubject({ objects, unreadable }, 'json');
      JSON.parse(output);
      if (objects.length > 0) topologySource(importTopology(objects).spec);
      if (objects.length > 0) explainEach(objects);
      return unreadable.length > 0 ? 'refused' : exitCode === 0 ? 'without errors' : 'with errors';
    },
  });
});
