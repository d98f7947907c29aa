import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const examples = join(import.meta.dirname, '../examples/shop');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(import.meta.dirname, '../examples/elsewhere-')); // inside of the package: the files import it
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the binary as a user does, in a folder outside this repository. */
function mesh(...args: readonly string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, KUBECONFIG: '' };
    const program = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'bin.ts'), ...args];
    const child = spawn(process.execPath, program, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
      });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status: status ?? 1, ...output }));
  });
}
const shop = (...args: readonly string[]) => mesh('--environment', join(examples, 'staging.ts'), ...args);
const bound = { timeout: 60_000 };

test('checks a topology and reports a cycle of calls', bound, async () => {
  const { status, stdout } = await shop('check');
  expect([status, stdout]).toEqual([0, expect.stringContaining('nothing found in 119 objects')]);
  expect(stdout).toContain('note: the calls go around: orders → shipping → orders');
});

test('what is rendered checks clean as files, and comes back as a topology', bound, async () => {
  expect((await shop('render')).stdout).toContain('wrote deploy/staging/policies.yaml');
  expect(await readdir(join(folder, 'deploy/staging'))).toHaveLength(14);
  expect((await shop('render')).stdout).toBe('up to date: every file matches the topology\n');
  expect((await mesh('check', 'deploy/staging')).status).toBe(0);
  const { status, stdout } = await mesh('import', 'deploy/staging');
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^import \{ defineMesh \} from '@mesh-platform\/mesh';\n\nexport default/)]);
});

test('a request is explained', bound, async () => {
  const allowed = await shop('--json', 'explain', '--from', 'checkout', '--to', 'payments', '--method', 'shop.payments.v1.Payments/Charge');
  expect(JSON.parse(allowed.stdout)).toMatchObject({ allowed: 'yes', timeout: '4s' });
  expect((await shop('explain', '--from', 'storefront', '--to', 'payments')).stdout).toContain('✗ refused');
});

test.each<[string, readonly string[], number, string]>([
  ['a command that is none', ['nosuch'], 2, "mesh: unknown command 'nosuch'\n  → mesh --help lists the commands"],
  ['weights without a service', ['split'], 2, "missing required argument 'service'"],
  ['a header without a name', ['explain', '--from', 'a', '--to', 'b', '--header', '=x'], 2, 'write name=value'],
  ['a port that is no number', ['explain', '--from', 'a', '--to', 'b', '--port', '0x50'], 2, 'write a number from 1 to 65535'],
  ['a service that is not there', ['explain', '--from', 'checkout', '--to', 'nowhere'], 2, 'there is no service nowhere'],
  ['a misspelt command', ['chekc'], 2, "mesh: unknown command 'chekc'\n  → did you mean check?"],
  ['a misspelt option', ['plan', '--detailed-exit-code'], 2, '  → did you mean --detailed-exitcode?\n  → mesh plan --help shows'],
  ['a file that is not there', ['check', 'nowhere.yaml'], 2, 'nowhere.yaml'],
  ['an environment that is not there', ['--environment', 'nowhere.ts', 'check'], 1, 'nowhere.ts does not load'],
  ['a plan without a cluster', ['plan'], 1, 'no cluster is selected: --kubeconfig and KUBECONFIG are not set\n  → pass --kubeconfig FILE'],
])('%s gets a message', bound, async (_what, args, exit, message) => {
  const { status, stderr } = await (args[0] === '--environment' ? mesh(...args) : shop(...args));
  expect([status, stderr]).toEqual([exit, expect.stringContaining(message)]);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('a topology that throws is a message with its hint', bound, async () => {
  const spec = "{ name: 'x', namespace: 'x', services: { a: { protocol: 'http', port: 99999, versions: ['v1'] } } }";
  const text = `import { defineEnvironment, defineMesh } from '@mesh-platform/mesh';\nexport default defineEnvironment(defineMesh(${spec}), { name: 'x', image: String });\n`;
  await writeFile(join(folder, 'broken.ts'), text);
  const { status, stderr } = await mesh('--environment', 'broken.ts', 'check');
  expect([status, stderr]).toEqual([1, "mesh: broken.ts: service 'a' has the port 99999\n  → use a whole number from 1 to 65535\n"]);
  expect(await readFile(join(folder, 'broken.ts'), 'utf8')).toBe(text);
});
