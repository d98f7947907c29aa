import { nodeProcesses, supervisorOf } from '../../support/processes.ts';
import { killProcess } from '../../support/processes-of.ts';

/** What can be killed, by the process that is meant. */
export const victims = [
  'the command',
  'the supervisor',
  'the first process',
  'etcd',
  'containerd',
  'kube-apiserver',
  'kubelet',
  'postgres',
  'istiod',
  'a proxy',
  'everything',
] as const;
export type Victim = (typeof victims)[number];

const NAMES: Readonly<Partial<Record<Victim, string>>> = { postgres: 'postgres', istiod: 'pilot-discovery', 'a proxy': 'envoy' };

/** Kills with SIGKILL, which nothing can catch; gives the processes that it found. `command` is a running `./platform`. */
export async function kill(victim: Victim, instance: string, command?: number): Promise<readonly number[]> {
  const pids = await pidsOf(victim, instance, command);
  for (const pid of pids) killProcess(pid);
  return pids;
}

async function pidsOf(victim: Victim, instance: string, command: number | undefined): Promise<readonly number[]> {
  const supervisor = await supervisorOf(instance);
  const node = await nodeProcesses(instance);
  const own = [command].filter((pid) => pid !== undefined);
  if (victim === 'the command') return own;
  if (victim === 'the supervisor') return supervisor === undefined ? [] : [supervisor];
  if (victim === 'everything') return [...own, ...(supervisor === undefined ? [] : [supervisor]), ...node.map(({ pid }) => pid)];
  if (victim === 'the first process') {
    const unshare = node.find(({ parent, name }) => parent === supervisor && name === 'unshare');
    return node.filter(({ parent }) => parent === unshare?.pid).map(({ pid }) => pid);
  }
  const name = NAMES[victim] ?? victim;
  // The kernel keeps fifteen letters of a name. The first of PostgreSQL's processes is the one that starts the others.
  const found = node.filter((one) => one.name === name.slice(0, 15));
  return found.slice(0, 1).map(({ pid }) => pid);
}
