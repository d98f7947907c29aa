import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { delimiter, join } from 'node:path';
import { ISTIO_USER, messageOf, PlatformError } from '@mesh-platform/kubernetes';
import { clusterProgramsAreCached } from '../build/programs.ts';
import { hostPackages } from '../pins.ts';
import { cacheFolder, stateFolder } from '../places.ts';
import { freeSpace, gibibytes } from '../process/disk-full.ts';
import { exists } from '../process/files.ts';
import { inotifyUse } from '../process/inotify.ts';
import { listenerAt, portTaken } from '../process/listeners.ts';
import { run } from '../process/run.ts';
import { type Finding, missing, note, ok } from '../target.ts';
import { installedHostPackages, missingHostPackages } from './build/host-packages.ts';
import { cachedDebianAge } from './build/root-filesystem.ts';
import { hostAccountCollisions } from './host-accounts.ts';
import { plannedInstance } from './instance.ts';
import { kernelFacilities } from './kernel-facilities.ts';
import { connectToSupervisor } from './node/control.ts';
import { hierarchies, REQUIRED_CONTROLLERS } from './node/control-groups.ts';
import { storeFolder } from './node/plan.ts';

const GIB = 1024 ** 3;
/** Seen: 11 GiB of Go modules and objects, 4 GiB of programs, images and file systems. */
const COLD_CACHE_BYTES = 15 * GIB;
/** Seen: 20 MiB an image that an edit changes. */
const WARM_CACHE_BYTES = 1 * GIB;
/** Seen: 1.5 GiB for a node that has just started, where it cannot share its images with the cache. */
const NEW_STATE_BYTES = 2 * GIB;
/** Free space for the first `up` on an empty disk. */
export const FIRST_UP_BYTES = COLD_CACHE_BYTES + NEW_STATE_BYTES;
/** What a node writes that has its images: control plane, logs, documents. */
const KEPT_STATE_BYTES = 0.5 * GIB;

/** A busy machine is slow, not broken. */
const BUSY_MS = 60_000;

type Check = (instanceName: string) => Promise<Finding> | Finding;

const isMachine = (): boolean => platform() === 'linux' && arch() === 'x64';
const isRoot = (): boolean => process.getuid?.() === 0;

/** Whether the embedded target is for this machine and this user, whatever else may be missing. */
export const fitsMachine = (): boolean => isMachine() && isRoot();

const machine: Check = () =>
  isMachine()
    ? ok('machine', 'Linux on x86-64')
    : missing(
        'machine',
        `this is ${platform()} on ${arch()}`,
        'the embedded target needs Linux on x86-64, since Envoy is published only for it; where Docker answers, --on kind needs neither',
      );

const root: Check = () =>
  isRoot()
    ? ok('user', 'root')
    : missing(
        'user',
        `user number ${process.getuid?.()} is not root`,
        'run as root (sudo ./platform …): a node needs namespaces, mounts and a network of its own; where Docker answers, --on kind does not',
      );

/** Programs of the machine itself; everything else is in the node's own file system. */
const TOOLS = ['sh', 'cp', 'mount', 'umount', 'unshare', 'nsenter', 'setpriv', 'flock', 'python3'] as const;

const tools: Check = async () => {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const found = await Promise.all(
    TOOLS.map(async (name) => (await Promise.all(folders.map((folder) => exists(join(folder, name), { executable: true })))).some(Boolean)),
  );
  const absent = TOOLS.filter((_, index) => !found[index]);
  return absent.length === 0
    ? ok('tools', TOOLS.join(', '))
    : missing('tools', `${absent.join(', ')} not found`, 'install them (Debian: apt-get install util-linux mount coreutils python3-venv)');
};

const namespaces: Check = async () => {
  try {
    await run('unshare', ['--pid', '--mount', '--net', '--ipc', '--uts', '--cgroup', '--fork', 'true'], { timeout: BUSY_MS });
    return ok('namespaces', 'PID, mount, network, IPC, UTS and cgroup');
  } catch (error) {
    const words = messageOf(error).replaceAll('\n', ' ');
    return missing('namespaces', words, 'run on a machine, or in a container, that may make namespaces (privileged, with CAP_SYS_ADMIN)');
  }
};

const controlGroups: Check = async () => {
  const all = await hierarchies();
  const absent = [];
  for (const controller of REQUIRED_CONTROLLERS) {
    const places = all.filter(({ controllers }) => controllers === '' || controllers.split(',').includes(controller));
    const usable = await Promise.all(places.map(({ folder, controllers }) => offers(folder, controllers, controller)));
    if (!usable.some(Boolean)) absent.push(controller);
  }
  return absent.length === 0
    ? ok('control groups', all.length === 1 ? 'version 2' : 'version 1')
    : missing(
        'control groups',
        `no group can be made for ${absent.join(', ')}`,
        'mount /sys/fs/cgroup so that it can be written, with these controllers (in a container: privileged, with a cgroup namespace of its own)',
      );
};

/** A folder of version 1 has one controller; the one of version 2 names its controllers. */
async function offers(folder: string, controllers: string, controller: string): Promise<boolean> {
  if (!(await stat(join(folder, 'cgroup.procs')).catch(() => undefined))) return false;
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (controllers !== '') return writable;
  const names = await readFile(join(folder, 'cgroup.controllers'), 'utf8').catch(() => '');
  return writable && names.split(/\s+/).includes(controller);
}

const python: Check = async () => {
  const probe = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2]); sys.exit(sys.version_info < (3, 11))';
  try {
    return ok('Python', (await run('python3', ['-I', '-S', '-c', probe], { timeout: BUSY_MS })).trim());
  } catch {
    return missing('Python', 'no Python 3.11 with venv', 'install Python 3.11 or newer with venv (Debian: apt-get install python3-venv)');
  }
};

const ports: Check = async (instanceName) => {
  const instance = await plannedInstance(instanceName);
  const wanted = Object.values(instance.ports);
  const words = `${wanted.slice(0, -1).join(', ')} and ${wanted.at(-1)} of 127.0.0.1`;
  const supervisor = await connectToSupervisor(instance).catch(() => undefined); // another user's cannot be asked
  supervisor?.destroy();
  if (supervisor) return ok('ports', `${words} are this node's own`);
  for (const port of wanted) {
    const holder = await listenerAt(port);
    if (!holder) continue;
    const { message, hint } = portTaken(port, holder);
    return missing('ports', message, hint);
  }
  return ok('ports', `${words} are free`);
};

/** Seen: 20 for the node's own processes, 21 for its proxies; each user has a bound of its own. */
const INOTIFY_NEEDED = 24;
const INOTIFY_USERS = [
  { user: 0, whose: 'root' },
  { user: ISTIO_USER, whose: 'the proxies' },
] as const;

/** The kernel gives a user 128 inotify instances, which a few nodes use up; then a kubelet cannot start. */
const inotify: Check = async (instanceName) => {
  const supervisor = await connectToSupervisor(await plannedInstance(instanceName)).catch(() => undefined);
  supervisor?.destroy();
  const { most, used } = await inotifyUse();
  const short = INOTIFY_USERS.find(({ user }) => most - (used.get(user) ?? 0) < INOTIFY_NEEDED);
  if (supervisor || !short) return ok('inotify', `${most} instances a user are enough`);
  return missing(
    'inotify',
    `${used.get(short.user)} of the ${most} inotify instances of ${short.whose} are in use, ${INOTIFY_NEEDED} more are needed`,
    'allow more (sysctl fs.inotify.max_user_instances=1024), or take a node down that is not needed',
  );
};

const space: Check = async (instanceName) => {
  const isNew = !(await exists(storeFolder(await plannedInstance(instanceName))));
  const needs = [
    { path: cacheFolder(), bytes: (await clusterProgramsAreCached()) ? WARM_CACHE_BYTES : COLD_CACHE_BYTES },
    { path: stateFolder(), bytes: isNew ? NEW_STATE_BYTES : KEPT_STATE_BYTES },
  ];
  const found = await Promise.all(
    needs.map(async ({ path, bytes }) => {
      const { folder, freeBytes } = await freeSpace(path);
      return { path, bytes, freeBytes, device: (await stat(folder)).dev };
    }),
  );
  const disks = [...Map.groupBy(found, ({ device }) => device).values()].map((group) => {
    const needed = group.reduce((sum, { bytes }) => sum + bytes, 0);
    const freeBytes = Math.min(...group.map((one) => one.freeBytes));
    const words = `${gibibytes(freeBytes)} free for ${group.map(({ path }) => path).join(' and ')}, ${gibibytes(needed)} needed`;
    return { words, enough: freeBytes >= needed };
  });
  const tooSmall = disks.filter(({ enough }) => !enough);
  return tooSmall.length === 0
    ? ok('space', disks.map(({ words }) => words).join('; '))
    : missing(
        'space',
        tooSmall.map(({ words }) => words).join('; '),
        'free some, or point XDG_CACHE_HOME and XDG_STATE_HOME at a larger disk',
      );
};

const accounts: Check = async () => {
  const collisions = await hostAccountCollisions();
  return collisions.length === 0
    ? ok('accounts', 'no account of this machine has a user number of the pods')
    : note('accounts', `${collisions.join('; ')}: it can signal and read these processes; give it another number (usermod --uid)`);
};

const debian: Check = async () => {
  const absent = await missingHostPackages(hostPackages);
  const installed = await installedHostPackages();
  const words =
    installed.length === 0 ? 'mmdebstrap was there before' : `up has installed ${installed.join(', ')} (apt-get purge removes them)`;
  if (absent.length === 0) return ok('Debian packages', `${words}; nothing else is needed on the machine itself`);
  return (await exists('/usr/bin/apt-get'))
    ? note('Debian packages', `up installs ${absent.join(', ')} with apt-get, and leaves it there`)
    : missing('Debian packages', `${absent.join(', ')} and no apt-get`, 'use a Debian or Ubuntu machine, or install mmdebstrap by hand');
};

const updates: Check = async () => {
  const age = await cachedDebianAge();
  if (!age) return note('updates', 'the first up takes the current Debian packages');
  return (age.stale ? note : ok)('updates', age.message);
};

const browser: Check = async () =>
  (await missingHostPackages(['chromium'])).length === 0
    ? ok('browser', 'Chromium is installed; only the tests need it')
    : note('browser', 'no Chromium; only the tests need it, and test e2e installs it with apt-get');

const toolchain: Check = async () =>
  (await clusterProgramsAreCached())
    ? ok('toolchain', 'Kubernetes and Istio are built')
    : note('toolchain', 'the first up builds Kubernetes and Istio: about 10 minutes on 2 processors');

/** In the order in which each is of use: without root, the others cannot be checked. */
const checks: readonly Check[] = [
  machine,
  root,
  tools,
  namespaces,
  controlGroups,
  python,
  kernelFacilities,
  debian,
  updates,
  browser,
  accounts,
  ports,
  inotify,
  space,
  toolchain,
];

/** What this machine has and what is missing for the instance of that name, every item looked at. */
export const inspectMachine = (instanceName: string): Promise<readonly Finding[]> =>
  Promise.all(checks.map((check) => check(instanceName)));

/** Fails with the first thing that is missing. */
export async function requireMachine(instanceName: string): Promise<void> {
  const first = (await inspectMachine(instanceName)).find(({ state }) => state === 'missing');
  if (first) throw new PlatformError(`the embedded target cannot run here: ${first.what}: ${first.detail}`, first.hint ?? '');
}
