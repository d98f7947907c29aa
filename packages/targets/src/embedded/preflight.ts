import { access, readFile, statfs } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { PlatformError } from '@mesh-platform/kubernetes';
import { cacheFolder, stateFolder } from '../places.ts';
import { exists } from '../process/exists.ts';
import { run } from '../process/run.ts';
import type { Finding } from '../target.ts';
import { missingHostPackages } from './build/host-packages.ts';
import { clusterProgramsAreCached } from './build/programs.ts';
import { hostPackages, testPackages } from './pins.ts';

const GIB = 1024 ** 3;
/** Seen: 6 GB of Go modules and objects, 1 GB of images, twice; and 1 GB for a running node. */
const COLD_BYTES = 12 * GIB;
const WARM_BYTES = 2 * GIB;

type Check = () => Promise<Finding> | Finding;

const ok = (what: string, detail: string): Finding => ({ what, state: 'ok', detail });
const missing = (what: string, detail: string, cure: string): Finding => ({ what, state: 'missing', detail, cure });

const machine: Check = () =>
  platform() === 'linux' && arch() === 'x64'
    ? ok('machine', 'Linux on x86-64')
    : missing(
        'machine',
        `this is ${platform()} on ${arch()}`,
        'the embedded target needs Linux on x86-64, since Envoy is published for it alone',
      );

const root: Check = () =>
  process.getuid?.() === 0
    ? ok('user', 'root')
    : missing(
        'user',
        `user number ${process.getuid?.()}`,
        'run as root (sudo ./platform …): a node needs namespaces, mounts and a network of its own',
      );

const namespaces: Check = async () => {
  try {
    await run('unshare', ['--pid', '--mount', '--net', '--ipc', '--uts', '--cgroup', '--fork', 'true'], { timeout: 10_000 });
    return ok('namespaces', 'PID, mount, network, IPC, UTS and cgroup');
  } catch (error) {
    return missing('namespaces', (error as Error).message, 'run on a machine or in a container that may make namespaces (privileged)');
  }
};

const controlGroups: Check = async () => {
  const mounted = await access('/sys/fs/cgroup').then(
    () => readFile('/proc/self/cgroup', 'utf8'),
    () => '',
  );
  const memory = mounted.includes('memory') || mounted.startsWith('0::');
  return memory
    ? ok('control groups', mounted.startsWith('0::') ? 'version 2' : 'version 1')
    : missing('control groups', 'no memory controller', 'mount /sys/fs/cgroup with the memory controller');
};

const python: Check = async () => {
  const probe = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2]); sys.exit(sys.version_info < (3, 11))';
  try {
    return ok('Python', (await run('python3', ['-c', probe], { timeout: 10_000 })).trim());
  } catch {
    return missing('Python', 'no Python 3.11 with venv', 'apt-get install python3-venv');
  }
};

const space: Check = async () => {
  const needed = (await clusterProgramsAreCached()) ? WARM_BYTES : COLD_BYTES;
  const { bavail, bsize } = await statfs(await firstExisting(cacheFolder()));
  const free = bavail * bsize;
  const words = `${(free / GIB).toFixed(1)} GiB free for ${cacheFolder()} and ${stateFolder()}, ${(needed / GIB).toFixed(0)} GiB needed`;
  return free >= needed
    ? ok('space', words)
    : missing('space', words, 'free some, or point XDG_CACHE_HOME and XDG_STATE_HOME at a larger disk');
};

async function firstExisting(folder: string): Promise<string> {
  try {
    await access(folder);
    return folder;
  } catch {
    return firstExisting(folder.slice(0, folder.lastIndexOf('/')) || '/');
  }
}

const debian: Check = async () => {
  const absent = await missingHostPackages(hostPackages);
  if (absent.length === 0) return ok('Debian packages', 'mmdebstrap is installed; nothing else is needed on the machine itself');
  return (await exists('/usr/bin/apt-get'))
    ? { what: 'Debian packages', state: 'note', detail: `up installs ${absent.join(', ')} with apt-get` }
    : missing('Debian packages', `${absent.join(', ')} and no apt-get`, 'use a Debian or Ubuntu machine, or install mmdebstrap by hand');
};

const browser: Check = async () =>
  (await missingHostPackages(testPackages)).length === 0
    ? ok('browser', 'Chromium is installed; only the tests need it')
    : { what: 'browser', state: 'note', detail: 'no Chromium; only the tests need it, and test e2e installs it with apt-get' };

const toolchain: Check = async () =>
  (await clusterProgramsAreCached())
    ? ok('toolchain', 'Kubernetes and Istio are built')
    : { what: 'toolchain', state: 'note', detail: 'the first up builds Kubernetes and Istio: about 10 minutes on 2 processors' };

/** What this machine has and lacks, every item looked at. */
export const inspectMachine = (): Promise<readonly Finding[]> =>
  Promise.all([machine, root, namespaces, controlGroups, python, debian, browser, space, toolchain].map((check) => check()));

/** Fails with the first thing that is missing. */
export async function requireMachine(): Promise<void> {
  const lacking = (await inspectMachine()).find(({ state }) => state === 'missing');
  if (lacking) throw new PlatformError(`the embedded target cannot run here: ${lacking.what}: ${lacking.detail}`, lacking.cure ?? '');
}
