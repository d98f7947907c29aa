import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../process/wait.ts';
import { runInNodeRoot } from '../build/in-node-root.ts';
import { layout } from './layout.ts';
import { beginLog } from './log-files.ts';
import { durableFolder, logFolder, type NodePlan, scratchFolder } from './plan.ts';

/** Each takes milliseconds; a busy machine is slow, not broken. */
const BUSY_MS = 30_000;

/** What the node's first process runs before it becomes tini. */
export const initScript = fileURLToPath(new URL('init.sh', import.meta.url));

const NAMESPACES = ['--mount', '--pid', '--net', '--ipc', '--uts', '--cgroup'] as const;

/** What a command begins with that runs in the node's namespaces, by the node's first process. */
export const inNamespacesOf = (init: number): readonly [string, ...string[]] => ['nsenter', '--target', String(init), ...NAMESPACES, '--'];

export interface RunningNode {
  /** The node's first process, as the host numbers it. */
  readonly init: number;
  /** Resolves when the node is gone. */
  readonly ended: Promise<void>;
  kill(): Promise<void>;
}

/** Makes the namespaces of the node and its link to the host. Both vanish with the first process, however it ends. */
export async function startNamespaces(plan: NodePlan): Promise<RunningNode> {
  const { instance, root, binaries } = plan;
  const file = join(logFolder(instance), 'init.log');
  beginLog(file);
  const log = openSync(file, 'a');
  const unshare = ['unshare', ...NAMESPACES, '--fork', '--kill-child=SIGKILL'];
  const first = ['sh', initScript, root, scratchFolder(instance), durableFolder(instance), binaries];
  // setpriv: if this process dies, so does unshare, and with it its child.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...unshare, ...first], { stdio: ['pipe', log, log] });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  try {
    const init = await waitFor('the first process of the node', () => onlyChild(child), { timeout: BUSY_MS, every: 10 });
    await connectLink(plan, init);
    child.stdin?.on('error', () => {});
    child.stdin?.end(`${instance.link.node} ${layout.serviceRange} ${layout.podRange}\n`);
    await waitFor('the node’s file system and network', () => becameTini(init, child), { timeout: BUSY_MS, every: 10 });
    return { init, ended, kill };
  } catch (error) {
    await kill();
    const output = await readFile(join(logFolder(instance), 'init.log'), 'utf8').catch(() => '');
    throw new Error(`the node's namespaces could not be made: ${output.trim() || (error as Error).message}`, { cause: error });
  }
}

async function onlyChild(child: ChildProcess): Promise<number | undefined> {
  if (child.exitCode !== null) throw new Error('unshare has ended');
  const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
  const pid = Number(children.trim().split(' ')[0]);
  return pid > 0 ? pid : undefined;
}

/** init.sh becomes tini as its last act. */
async function becameTini(pid: number, child: ChildProcess): Promise<true | undefined> {
  if (child.exitCode !== null) throw new Error('the first process has ended');
  return (await readFile(`/proc/${pid}/comm`, 'utf8')).trim() === 'tini' ? true : undefined;
}

/** A veth pair: its far end lies in the node's network namespace, and the kernel removes both when that one goes. */
async function connectLink({ instance, root }: NodePlan, init: number): Promise<void> {
  const { device, host } = instance.link;
  const script = `set -e
    ip link delete ${device} 2>/dev/null || true # of a node whose end the kernel is still busy with
    ip link add ${device} type veth peer name eth0 netns ${init}
    ipv6=/proc/sys/net/ipv6/conf/${device}/disable_ipv6 # a link-local address would pass by the node's firewall
    [ ! -e $ipv6 ] || echo 1 >$ipv6
    ip address add ${host}/30 dev ${device}
    ip link set ${device} up`;
  await runInNodeRoot(root, [], ['sh', '-c', script], { timeout: BUSY_MS, seesProcesses: true });
}
