import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheFolder, checkout, stateFolder } from '@mesh-platform/targets';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isWell, type StatusReport } from '../src/services/status.ts';
import { localEnvironment, NAMESPACE } from '../src/services/topology.ts';
import { instanceName, platform, runningTarget } from './support/platform.ts';

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The answer of an API that requires a client certificate to a client without one: a status, or `closed`. */
const anonymously = ({ host, port }: Endpoint, path: string): Promise<string> =>
  new Promise((resolve) => {
    const call = request({ host, port, path, rejectUnauthorized: false, timeout: 3_000 }, (response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    call.on('error', () => resolve('closed')).on('timeout', () => call.destroy());
    call.end();
  });

const accepts = ({ host, port }: Endpoint): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .on('connect', () => settle(true))
      .on('error', () => settle(false))
      .on('timeout', () => settle(false));
  });

async function slot(): Promise<number> {
  return Number(await readFile(join(stateFolder(), instanceName(), 'slot'), 'utf8'));
}

/** Addresses on which a process of the host's network listens, as in /proc/net/tcp. */
async function listeners(pid: number): Promise<readonly string[]> {
  const sockets = new Set(
    await Promise.all((await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''))),
  );
  const tables = await Promise.all(['tcp', 'tcp6'].map((table) => readFile(`/proc/net/${table}`, 'utf8')));
  const rows = tables.flatMap((table) =>
    table
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.trim().split(/\s+/)),
  );
  return rows
    .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.has(`socket:[${inode}]`))
    .map(([, local]) => local ?? '');
}

const supervisors = async (): Promise<number[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const));
  return lines
    .filter(([, line]) => line.includes('supervisor.ts') && line.split('\0').includes(instanceName()))
    .map(([pid]) => Number(pid));
};

describe('the node', () => {
  it('answers 401 to a client without a certificate', async () => {
    const api = { host: '127.0.0.1', port: 6443 + (await slot()) };
    for (const path of ['/', '/version', '/healthz', '/api']) expect(await anonymously(api, path)).toBe('401');
  });

  it('is reached by the host only at the API server and the gateway', async () => {
    const host = `172.31.255.${4 * (await slot()) + 2}`;
    expect(await accepts({ host, port: 6443 })).toBe(true);
    for (const port of [2379, 2380, 10250, 10256, 10257, 10259, 1053, 5080 + (await slot())])
      expect(await accepts({ host, port })).toBe(false);
  });

  it('makes the host listen only on loopback', async () => {
    const [pid] = await supervisors();
    const addresses = await listeners(pid ?? 0);
    expect(addresses).toHaveLength(3);
    for (const address of addresses) expect(address).toMatch(/^0100007F:/); // 127.0.0.1
  });
});

describe('status', () => {
  it('reports a healthy platform as JSON', async () => {
    const { status, stdout } = await platform(['status', '--json', '--instance', instanceName()]);
    const report = JSON.parse(stdout) as StatusReport;
    expect(isWell(report)).toBe(true);
    expect(status).toBe(0);
    expect(report.node).toHaveLength(9);
    const { services } = (await localEnvironment()).environment.mesh;
    expect(report.pods).toHaveLength([...services.values()].flatMap(({ versions }) => versions).length);
  });

  it('watches: it prints a report at first and another one when a pod is replaced', { timeout: 120_000 }, async () => {
    const watching = spawn(join(checkout, 'platform'), ['status', '--watch', '--json', '-n', instanceName()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void watching.kill('SIGINT'));
    const reports: StatusReport[] = [];
    createInterface({ input: watching.stdout }).on('line', (line) => void reports.push(JSON.parse(line) as StatusReport));
    await expect.poll(() => reports.length, { timeout: 30_000 }).toBeGreaterThan(0);
    const { pods = [] } = reports[0] ?? {};
    const { cluster } = await runningTarget();
    const replaced = pods.find(({ service }) => service !== 'postgres')?.pod ?? '';
    await cluster.delete({ apiVersion: 'v1', kind: 'Pod', metadata: { name: replaced, namespace: NAMESPACE } });
    const isReplaced = (report: StatusReport | undefined) =>
      report?.pods.length === pods.length && report.pods.every(({ pod, ready }) => ready && pod !== replaced);
    await expect.poll(() => isReplaced(reports.at(-1)), { timeout: 60_000 }).toBe(true);
  });

  it('exits 1 with the hint where nothing runs', async () => {
    const { status, stderr } = await platform(['status', '--instance', 'never-made']);
    expect(status).toBe(1);
    expect(stderr).toContain('./platform up --instance never-made');
  });
});

/** No other instance gets it. */
const LAST_SLOT = 63;

describe('up', () => {
  it('names a port that another program uses, and leaves nothing behind', async () => {
    const blocker = createServer();
    const taken = 30080 + LAST_SLOT;
    await mkdir(join(stateFolder(), 'blocked'), { recursive: true });
    await writeFile(join(stateFolder(), 'blocked/slot'), `${LAST_SLOT}\n`);
    await new Promise<void>((resolve) => blocker.listen(taken, '127.0.0.1', resolve));
    try {
      const { status, stderr } = await platform(['up', '--instance', 'blocked']);
      expect(status).toBe(1);
      expect(stderr).toContain(`port ${taken} of 127.0.0.1 is taken`);
      expect(stderr).not.toMatch(/^\s+at /m);
    } finally {
      blocker.close();
      expect((await platform(['down', '--purge', '--instance', 'blocked'])).status).toBe(0);
    }
  }, 120_000);
});

/** What is still there of this instance, each by its name: nothing, after `down`. */
async function remains(device: string, gatewayUrl: string): Promise<string[]> {
  const mounts = await readFile('/proc/mounts', 'utf8');
  const listed = (folder: string): Promise<string[]> => readdir(folder).catch(() => []); // gone with the last instance
  const left = (await supervisors()).map((pid) => `process ${pid}`);
  for (const folder of [join(stateFolder(), instanceName()), join(cacheFolder(), 'node-root')])
    if (mounts.includes(folder)) left.push(`mount below ${folder}`);
  if ((await readFile('/proc/net/dev', 'utf8')).includes(`${device}:`)) left.push(`interface ${device}`);
  for (const group of await readdir('/sys/fs/cgroup'))
    if ((await listed(`/sys/fs/cgroup/${group}/mesh-platform`)).includes(instanceName())) left.push(`control group of ${group}`);
  if ((await listed('/run/mesh-platform')).includes(instanceName())) left.push('its folder in /run');
  if (await accepts({ host: '127.0.0.1', port: Number(new URL(gatewayUrl).port) })) left.push('the listener of the gateway');
  return left;
}

describe('down', () => {
  it('leaves no process, mount, interface or control group, and up finds every document again', async () => {
    const { gatewayUrl } = await runningTarget();
    // #region samples
    const { readDocument, saveDocument } = await import('./samples/support/documents.ts');
    const saved = await saveDocument(gatewayUrl, 'outlives the node');
    // #endregion samples
    const device = `mesh${await slot()}`;

    const down = await platform(['down', '--instance', instanceName()]);
    const left = await remains(device, gatewayUrl);
    const up = await platform(['up', '--instance', instanceName()]); // before any assertion: the other files need the node

    expect(down.status).toBe(0);
    expect(down.milliseconds).toBeLessThan(60_000); // the figure is 15 s
    expect(left).toEqual([]);
    expect(up.stderr).not.toContain('✗');
    expect(up.status).toBe(0);
    expect(up.milliseconds).toBeLessThan(150_000); // the figure is 30 s
    // #region samples
    expect(await readDocument(gatewayUrl, saved.id)).toMatchObject({ title: 'outlives the node' });
    // #endregion samples
  }, 240_000);
});
