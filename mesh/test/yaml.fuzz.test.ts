import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fuzz, mutatedText, mutatedValue } from '@mesh-platform/fuzz-kit';
import { PlatformError } from '@mesh-platform/kubernetes';
import fc from 'fast-check';
import { test } from 'vitest';
import { parseObjects } from '../src/check/read-objects.ts';
import { checkSubject } from '../src/commands/check.ts';

const MAX_CORPUS_BYTES = 4 * 1024;
const corpus = globSync('fixtures/**/*.yaml', { cwd: import.meta.dirname })
  .sort()
  .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
  .filter((text) => text.length < MAX_CORPUS_BYTES);
const objects = corpus.flatMap((text) => parseObjects(text, 'corpus.yaml'));

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
  corpus: objects,
  junk: [null, 'word', '', 7, -1, 1e308, true, [], {}, [null], [[]], { name: null }, [{}], '*', '~/*', 'constructor', '*.*', '.'],
  plain: true,
}).map((value) => JSON.stringify(value) ?? '');

const inputs = fc.oneof(
  { weight: 80, arbitrary: mutatedText({ corpus, tokens: TOKENS }) },
  { weight: 80, arbitrary: values },
  ...[cycle, nested, documents, long].map((arbitrary) => ({ weight: 3, arbitrary })),
  { weight: 1, arbitrary: aliases }, // each is counted to its bound, which takes a hundred times as long as the others
);

test('checks any YAML, or rejects it with the place and the fix', async () => {
  await fuzz({
    name: 'YAML',
    file: import.meta.filename,
    inputs,
    outcomes: ['without errors', 'with errors', 'refused'],
    cpuMs: 500,
    memoryMiB: 128,
    check: (text) => {
      let objects: ReturnType<typeof parseObjects>;
      try {
        objects = parseObjects(text, 'a.yaml');
      } catch (error) {
        if (error instanceof PlatformError && error.message.startsWith('a.yaml:') && error.hint !== '' && error.message.length < 1_000)
          return 'refused';
        throw error;
      }
      const { output, exitCode } = checkSubject({ objects }, { json: true });
      JSON.parse(output);
      return exitCode === 0 ? 'without errors' : 'with errors';
    },
  });
});
