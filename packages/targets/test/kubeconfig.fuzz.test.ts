import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fuzz, mutatedText, mutatedValue } from '@mesh-platform/fuzz-kit';
import { PlatformError } from '@mesh-platform/kubernetes';
import fc from 'fast-check';
import { afterAll, beforeEach, test, vi } from 'vitest';
import { kubeconfigOfContext } from '../src/context/kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-fuzz-'));
const config = join(folder, 'config');
const contexts = join(folder, 'state', 'mesh-platform', '.contexts');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  vi.stubEnv('KUBECONFIG', config);
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
});

const SECRET = 'c2VjcmV0LXRva2Vu';
const NAMES = [
  'kind-a',
  'arn:aws:eks:eu-central-1:1:cluster/documents',
  '..',
  '.',
  '../../x',
  'a/b',
  '\0',
  '\ud800',
  '',
  '~',
  'x'.repeat(300),
];
const value = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': name,
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:6443/', 'certificate-authority-data': 'QQ==' } }],
  users: [{ name: 'u', user: { token: SECRET, exec: { command: 'aws', args: ['eks'], env: [{ name: 'A', value: SECRET }] } } }],
  contexts: [
    { name, context: { cluster: 'c', user: 'u', namespace: 'default' } },
    { name: 'other', context: { cluster: 'c', user: 'u' } },
  ],
});
const yaml = (name: string) => `# a kubeconfig
apiVersion: v1
kind: Config
current-context: ${JSON.stringify(name)}
clusters:
- name: c
  cluster: { server: "https://127.0.0.1:6443" }
users:
- name: u
  user:
    token: ${SECRET}
contexts:
- name: ${JSON.stringify(name)}
  context: { cluster: c, user: u }
`;

const values = (name: string) =>
  mutatedValue({ corpus: [value(name)], junk: [null, '', 'word', '..', 7, true, [], {}, [null], ['x'], { name: 'c' }], plain: true }).map(
    (one) => JSON.stringify(one) ?? '',
  );
const texts = (name: string) =>
  mutatedText({
    corpus: [yaml(name)],
    tokens: ['---\n', '&a ', '*a', '<<: *a\n', '- ', ': ', '[', '{', '}', '!!binary ', '|\n', '\t', '\0', '"', 'contexts: ~\n', 'users:\n'],
  });
const bombs = fc.constantFrom(
  '',
  '[]',
  'null',
  'contexts: &a [*a]',
  'contexts: &a [{ name: kind-a, context: { cluster: c, user: u, extra: *a } }]',
  `l0: &l0 [x]\n${Array.from({ length: 30 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]\n`).join('')}contexts: [{ name: kind-a, context: { cluster: c, user: u, extra: *l30 } }]`,
  `contexts: ${'['.repeat(5_000)}`,
);
const inputs = fc.constantFrom(...NAMES).chain((name) =>
  fc.record({
    name: fc.constant(name),
    text: fc.oneof({ weight: 10, arbitrary: values(name) }, { weight: 10, arbitrary: texts(name) }, { weight: 1, arbitrary: bombs }),
  }),
);

test('any kubeconfig gives the part of one context, or a message that names the file and shows none of its secrets', async () => {
  await fuzz({
    name: 'kubeconfig',
    file: import.meta.filename,
    inputs,
    outcomes: ['written', 'refused'],
    cpuMs: 200,
    memoryMiB: 128,
    check: async ({ name, text }) => {
      writeFileSync(config, text);
      try {
        const file = await kubeconfigOfContext(name);
        if (!file.startsWith(`${contexts}${sep}`) || readdirSync(join(folder, 'state', 'mesh-platform')).length > 1)
          throw new Error(`writes to ${file}`);
        const written = JSON.parse(readFileSync(file, 'utf8')) as { readonly contexts: readonly { readonly name: unknown }[] };
        if (written.contexts.length !== 1 || written.contexts[0]?.name !== name) throw new Error('writes another context');
        return 'written';
      } catch (error) {
        if (!(error instanceof PlatformError) || error.hint === '' || error.message.includes(SECRET)) throw error;
        return 'refused';
      }
    },
  });
});
