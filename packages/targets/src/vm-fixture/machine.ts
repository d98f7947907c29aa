import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { ensureHostPackages } from '../embedded/build/host-packages.ts';
import { emulatorPackages } from '../pins.ts';
import { cacheFolder } from '../places.ts';
import { freePort } from '../process/listeners.ts';
import { run } from '../process/run.ts';
import { waitFor } from '../process/wait.ts';
import { type Accelerator, accelerator, acceleratorOptions } from './accelerator.ts';
import type { SystemDisk } from './system-disk.ts';

const BOOT_MS = 15 * 60_000;
const KEY_MS = 30_000;
const STOP_MS = 15_000;
const GIB = 1024 ** 3;
/** The node, Istio and the services take 3 GiB. */
const LEAST_BYTES = 4 * GIB;
const MOST_BYTES = 8 * GIB;
const MOST_PROCESSORS = 4;

/** What a machine starts with. */
export interface MachineParts {
  readonly system: SystemDisk;
  /** Makes the disk of root's home in that file, with the public key that may log in. */
  readonly home: (disk: string, publicKey: string) => Promise<void>;
}

/**
 * A virtual machine of the suite's own. It reaches no network, and only root's SSH server is reached, on loopback. All that it writes is in a
 * folder of its own, which is deleted when it stops.
 */
export class OwnMachine {
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly accelerator: Accelerator;
  /** The configuration with which `ssh -F FILE machine` reaches it. */
  readonly sshConfig: string;

  private constructor(folder: string, child: ChildProcess, accelerator: Accelerator) {
    this.#folder = folder;
    this.#child = child;
    this.accelerator = accelerator;
    this.sshConfig = join(folder, 'ssh');
  }

  static async start({ system, home }: MachineParts, progress: Progress): Promise<OwnMachine> {
    await ensureHostPackages(emulatorPackages, progress);
    const memory = memoryOf(totalmem());
    const folder = join(cacheFolder(), 'vm');
    await rm(folder, { recursive: true, force: true }); // of a run that was killed, with whose process QEMU ended
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      const port = await freePort();
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')], { timeout: KEY_MS });
      await writeFile(join(folder, 'ssh'), sshConfiguration(folder, port));
      await home(join(folder, 'home.img'), join(folder, 'key.pub'));
      const chosen = await acceleratorHere();
      progress.print(`the machine runs ${chosen === 'kvm' ? 'with KVM' : 'in software emulation, 10 to 20 times slower than this one'}`);
      const machine = new OwnMachine(folder, startEmulator(folder, system, memory, port, chosen), chosen);
      await machine.#booted(progress);
      return machine;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Ends it, and deletes what it wrote. */
  async stop(): Promise<void> {
    if (!hasEnded(this.#child)) {
      const closed = once(this.#child, 'close');
      this.#child.kill('SIGTERM');
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
      await closed;
      clearTimeout(timer);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #booted(progress: Progress): Promise<void> {
    const look = async () => {
      if (hasEnded(this.#child)) return false;
      await run('ssh', ['-F', this.sshConfig, 'machine', 'true'], { timeout: BOOT_MS });
      return true;
    };
    const answers = progress.step('the machine boots', () => waitFor('the machine', look, { timeout: BOOT_MS, every: 1_000 }));
    if (await answers.catch(() => false)) return;
    const output = await Promise.all(['console', 'log'].map((name) => readFile(join(this.#folder, name), 'utf8').catch(() => '')));
    await this.stop();
    throw new Error(`the virtual machine does not boot:\n${output.join('\n').trim().split('\n').slice(-12).join('\n')}`);
  }
}

/** The bytes of the machine's memory on a host that has so many. Throws PlatformError where they are too few. */
export function memoryOf(total: number): number {
  const half = Math.floor(total / 2);
  if (half >= LEAST_BYTES) return Math.min(MOST_BYTES, half);
  throw new PlatformError(
    `the virtual machine does not fit: it needs ${LEAST_BYTES / GIB} GiB, and half of this machine's memory is ${(half / GIB).toFixed(1)} GiB`,
    'run the suite vm on a machine with 8 GiB of memory or more',
  );
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

async function acceleratorHere(): Promise<Accelerator> {
  const mayUse = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  const [, flags = ''] = /^flags\s*:(.*)$/m.exec(await readFile('/proc/cpuinfo', 'utf8')) ?? [];
  return accelerator(mayUse, flags.trim().split(/\s+/));
}

/** The host's key is made with the disk, and the connection does not leave this machine: it is not compared. */
const sshConfiguration = (folder: string, port: number): string => `Host machine
  HostName 127.0.0.1
  Port ${port}
  User root
  IdentityFile ${folder}/key
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
  ConnectTimeout 120
  ServerAliveInterval 60
  ServerAliveCountMax 10
`;

function startEmulator(
  folder: string,
  { disk, kernel, initrd }: SystemDisk,
  memory: number,
  port: number,
  chosen: Accelerator,
): ChildProcess {
  const { qemu, kernel: options } = acceleratorOptions[chosen];
  const drive = (file: string) => ['-drive', `file=${file},if=virtio,format=raw,cache=unsafe,discard=unmap`];
  const args = [
    ...qemu,
    ...['-smp', String(Math.min(MOST_PROCESSORS, availableParallelism())), '-m', `${Math.floor(memory / 1024 ** 2)}M`],
    ...['-kernel', kernel, '-initrd', initrd, '-append', `root=/dev/vda rw console=ttyS0 loglevel=4 systemd.show_status=0 ${options}`],
    ...['-snapshot', ...drive(disk), ...drive(join(folder, 'home.img'))],
    ...['-netdev', `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`, '-device', 'virtio-net-pci,netdev=net'],
    ...['-display', 'none', '-monitor', 'none', '-serial', `file:${join(folder, 'console')}`, '-D', join(folder, 'log')],
  ];
  // In emulation it would take the processors of whatever else is at work here.
  return spawn('setpriv', ['--pdeathsig', 'KILL', 'nice', '-n', '19', 'qemu-system-x86_64', ...args], {
    env: { ...process.env, TMPDIR: folder },
    stdio: 'ignore',
  });
}
