import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { dockerPlugin } from '../build/programs.ts';
import { ensureHostPackages } from '../embedded/build/host-packages.ts';
import { enginePackages } from '../pins.ts';
import { cacheFolder } from '../places.ts';
import { run } from '../process/run.ts';
import { waitFor } from '../process/wait.ts';

const READY_MS = 60_000;
const STOP_MS = 60_000;
const GROUP = 'mesh-platform-kind';
/** A host of the company that the engine's machine reaches by a VPN over 10.0.0.0/8; kind's usual subnet has its address. */
export const COMPANY_HOST = '10.244.0.9';
/** The bit of CAP_SYS_RESOURCE: https://github.com/torvalds/linux/blob/master/include/uapi/linux/capability.h */
const SYS_RESOURCE = 1n << 24n;

/** Docker gives a privileged container every capability that it knows; runc refuses one that this machine does not have. */
const RUNC = `#!/bin/sh
previous=
for argument; do
  case $previous in
    --bundle) sed -i 's/"CAP_SYS_RESOURCE",//g' "$argument/config.json" ;;
    --process) sed -i 's/"CAP_SYS_RESOURCE",//g' "$argument" ;;
  esac
  previous=$argument
done
exec /usr/sbin/runc "$@"
`;

/**
 * A Docker engine of the suite's own, with no image. Its namespaces take its processes, mounts, bridges and firewall rules with them when it ends: nothing of
 * it is on the machine. A program that uses ports of its containers runs `inside`.
 */
export class OwnEngine {
  readonly #folder: string;
  readonly #child: ChildProcess;
  /** The environment variables of Docker's command line. */
  readonly variables: Readonly<Record<'DOCKER_HOST' | 'DOCKER_CONFIG', string>>;

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder;
    this.#child = child;
    this.variables = { DOCKER_HOST: `unix://${folder}/docker.sock`, DOCKER_CONFIG: join(folder, 'config') };
  }

  static async start(progress: Progress): Promise<OwnEngine> {
    await ensureHostPackages(enginePackages, progress);
    const plugin = await dockerPlugin(progress);
    await mkdir(cacheFolder(), { recursive: true });
    const folder = await mkdtemp(join(cacheFolder(), 'engine-'));
    await mkdir(join(folder, 'config/cli-plugins'), { recursive: true });
    await symlink(plugin, join(folder, 'config/cli-plugins/docker-buildx'));
    const programs = join(folder, 'bin');
    await mkdir(programs);
    if (!(await hasSysResource())) await writeFile(join(programs, 'runc'), RUNC, { mode: 0o755 });
    const engine = new OwnEngine(folder, startDaemon(folder, programs));
    try {
      await progress.step('a Docker engine of its own starts', () =>
        waitFor('the Docker engine', () => engine.docker('version', '--format', '{{.Server.Version}}'), { timeout: READY_MS, every: 300 }),
      );
    } catch (error) {
      const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '');
      await engine.stop();
      throw new Error(`the Docker engine does not start:\n${log.split('\n').slice(-12).join('\n')}`, { cause: error });
    }
    return engine;
  }

  /** A command of Docker's on this engine. */
  docker(...args: readonly string[]): Promise<string> {
    return run('docker', args, { timeout: READY_MS * 5, env: { ...process.env, ...this.variables } });
  }

  /** A program that sees the engine's network, and reaches the ports of its containers on loopback. */
  inside(program: string, args: readonly string[]): readonly [string, readonly string[]] {
    return ['/usr/bin/nsenter', [`--net=/proc/${this.#child.pid}/ns/net`, program, ...args]];
  }

  /** Ends it with everything that runs in it, and deletes what it kept. */
  async stop(): Promise<void> {
    const { pid } = this.#child;
    const ended = this.#child.exitCode !== null || this.#child.signalCode !== null;
    const closed = ended ? undefined : once(this.#child, 'close');
    const [daemon] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')).split(' ').filter(Boolean);
    if (daemon) process.kill(Number(daemon), 'SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await closed;
    clearTimeout(timer);
    await removeGroups();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function startDaemon(folder: string, programs: string): ChildProcess {
  const script = `
set -eu
ip link set lo up
ip link add vpn type bridge
ip addr add ${COMPANY_HOST}/8 dev vpn
ip link set vpn up
mount --make-rprivate /
exec dockerd --data-root "$1/data" --exec-root "$1/exec" --pidfile "$1/pid" --host "unix://$1/docker.sock" --cgroup-parent ${GROUP} >"$1/log" 2>&1
`;
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc'];
  return spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...namespaces, '--', 'sh', '-c', script, 'sh', folder], {
    env: { ...process.env, PATH: `${programs}:/usr/sbin:/sbin:${process.env.PATH}` },
    stdio: 'ignore',
  });
}

async function hasSysResource(): Promise<boolean> {
  const [, bounding = '0'] = /^CapBnd:\s*([0-9a-f]+)$/m.exec(await readFile('/proc/self/status', 'utf8')) ?? [];
  return (BigInt(`0x${bounding}`) & SYS_RESOURCE) !== 0n;
}

/** Empty control groups of containers that were killed. */
async function removeGroups(): Promise<void> {
  const script = `find /sys/fs/cgroup -depth -type d -path '*/${GROUP}*' -exec rmdir {} + 2>/dev/null || true`;
  await run('sh', ['-c', script], { timeout: STOP_MS });
}
