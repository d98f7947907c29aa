import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { Cluster, type LiveObject, timeLimit } from '@mesh-platform/kubernetes';
import { checkout, run, waitFor } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instanceName, platform } from './support/platform.ts';

// A real kind on a real Docker engine: `./platform test kind`. The tests continue each other.

const full = process.env.KIND_FULL === '1';
/** On the suite's own engine, whose machine has a VPN. */
const companyHost = process.env.COMPANY_HOST;
const named = ['--on', 'kind', '--instance', instanceName()];
const node = `mesh-platform-${instanceName()}-control-plane`;
const MINUTES = timeLimit(60_000);

type Pod = LiveObject & { readonly spec: { readonly hostNetwork?: boolean }; readonly status: { readonly podIP?: string } };
type Service = LiveObject & { readonly spec: { readonly clusterIP?: string } };

let before: readonly string[] = [];
let url = '';

const docker = async (...args: readonly string[]) => (await run('docker', args, { timeout: 60_000 })).trim();
const lines = (text: string): readonly string[] => text.split('\n').filter(Boolean).sort();

/** Everything that an engine keeps, down to the layers of images; its build cache is every user's. */
async function kept(): Promise<readonly string[]> {
  const all = await Promise.all([
    docker('ps', '--all', '--format', 'container {{.Names}}'),
    docker('volume', 'ls', '--format', 'volume {{.Name}}'),
    docker('network', 'ls', '--format', 'network {{.Name}}'),
    docker('image', 'ls', '--all', '--format', 'image {{.Repository}}:{{.Tag}} {{.ID}}'),
    docker('system', 'df', '--format', '{{if eq .Type "Images"}}layers {{.Size}}{{end}}'),
  ]);
  return all.flatMap(lines);
}

async function succeeds(...args: readonly string[]) {
  const result = await platform([...named, ...args]);
  expect(result.status, `${result.stdout}\n${result.stderr}`).toBe(0);
  return result;
}

async function up(): Promise<void> {
  const { stdout, milliseconds } = await succeeds('--json', 'up');
  url = JSON.parse(stdout).url;
  process.stdout.write(`up took ${(milliseconds / 1_000).toFixed(1)} s\n`);
}

/** The images that the engine gave out since then, which `kind load` does. */
const imagesSaved = async (since: number) => {
  const [from, to] = [since, Date.now()].map((time) => (time / 1_000).toFixed(3));
  return lines(
    await docker('events', `--since=${from}`, `--until=${to}`, '--filter=type=image', '--filter=event=save', '--format={{.Actor.ID}}'),
  );
};

const cluster = async () => Cluster.fromKubeconfig((await succeeds('kubeconfig')).stdout.trim());

beforeAll(async () => {
  await succeeds('down', '--purge'); // left by an interrupted run
}, 5 * MINUTES);
afterAll(() => platform([...named, 'down', '--purge']), 5 * MINUTES);

it(
  'doctor finds everything that up needs',
  async () => {
    const { stdout } = await succeeds('doctor');
    for (const [, image = ''] of stdout.matchAll(/✓ image (\S+): up pulls it/g))
      await run('docker', ['pull', '--quiet', image], { timeout: 10 * MINUTES });
    before = await kept(); // pulled images stay
    expect(stdout).toMatch(/✓ Docker: .*\n✓ buildx: .*\n✓ memory: /);
    expect(stdout).not.toContain('✗');
  },
  12 * MINUTES,
);

it(
  'up after Ctrl-C during the first one creates the cluster again, and doctor does not fail in between',
  async () => {
    const first = spawn(join(checkout, 'platform'), [...named, 'up'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => first.once('close', resolve));
    await waitFor('the container of the node', async () => (await docker('ps', '--quiet', '--filter', `name=${node}`)) || undefined, {
      timeout: 3 * MINUTES,
    });
    first.kill('SIGINT');
    await ended;
    await succeeds('doctor');
    await succeeds('down');
    await up();
    expect((await fetch(`${url}/healthz/ready`).catch(() => undefined))?.status ?? 0).not.toBe(0);
    const nodes = await (await cluster()).list<LiveObject & { readonly spec?: { readonly taints?: readonly object[] } }>('v1', 'Node');
    expect(nodes.map(({ spec }) => spec?.taints ?? [])).toEqual([[]]);
  },
  12 * MINUTES,
);

it.each(full ? ['all'] : ['injection', 'identity', 'plain-text', 'wrong-caller', 'retries'])(
  'the check %s of the tour passes',
  async (check) => {
    const { stdout } = await succeeds('tour', ...(check === 'all' ? [] : ['--only', check]));
    expect(stdout).toMatch(/[1-9]\d* passed, 0 failed/);
  },
  6 * MINUTES,
);

it.runIf(companyHost)(
  'the node reaches a host of a VPN whose route meets kind’s usual subnets: pods and Services have others',
  async () => {
    const server = createServer((socket) => socket.end('a company host')).listen(0, companyHost);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      expect(await docker('exec', node, 'timeout', '20', 'bash', '-c', `cat </dev/tcp/${companyHost}/${port}`)).toBe('a company host');
    } finally {
      server.close();
    }
    const api = await cluster();
    const pods = (await api.list<Pod>('v1', 'Pod')).filter(({ spec }) => !spec.hostNetwork).map(({ status }) => status.podIP);
    const services = (await api.list<Service>('v1', 'Service')).map(({ spec }) => spec.clusterIP);
    expect(pods.length).toBeGreaterThan(0);
    expect([...pods, ...services].filter((address) => /^10\./.test(address ?? ''))).toEqual([]);
  },
  MINUTES,
);

// #region samples
it(
  'a second down and up keep the documents, load no image again, and restart no pod by hand',
  async () => {
    const { readDocument, saveDocument } = await import('./samples/support/documents.ts');
    const saved = await saveDocument(url, 'outlives the node');
    const since = Date.now();
    for (let round = 0; round < 2; round++) {
      await succeeds('down');
      await up();
      expect(await readDocument(url, saved.id)).toMatchObject({ title: 'outlives the node' });
    }
    if (companyHost) expect(await imagesSaved(since)).toEqual([]); // an engine with containerd's image store has other ids, by which kind finds none
  },
  12 * MINUTES,
);
// #endregion samples

it(
  'up waits for a node that its engine restarts, and status is good then',
  async () => {
    await docker('restart', '-t', '5', node);
    await up();
    await succeeds('status');
  },
  6 * MINUTES,
);

it.runIf(full)(
  'dev reaches its first line, and restores the state of up',
  async () => {
    const session = spawn(join(checkout, 'platform'), [...named, 'dev'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => session.once('close', resolve));
    let output = '';
    session.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await waitFor('the session', () => (output.includes('waiting for a save') ? true : undefined), { timeout: 15 * MINUTES });
    session.kill('SIGINT');
    expect(await ended, output).toBe(0);
  },
  20 * MINUTES,
);

it.runIf(full)(
  'skaffold run builds, loads and deploys the services',
  async () => {
    await succeeds('tool', 'skaffold', '--', 'run');
    await up();
  },
  20 * MINUTES,
);

it(
  'down --purge leaves no container, volume, network or image, and no file',
  async () => {
    const kubeconfig = (await succeeds('kubeconfig')).stdout.trim();
    expect(await readFile(kubeconfig, 'utf8')).toContain('server: https://127.0.0.1:');
    await succeeds('down', '--purge');
    expect(await kept()).toEqual(before);
    expect(existsSync(kubeconfig)).toBe(false);
  },
  3 * MINUTES,
);
