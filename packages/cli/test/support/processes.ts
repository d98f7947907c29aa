import { readdir, readFile } from 'node:fs/promises';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly command: string;
}

/** Every process of the machine. */
export async function processes(): Promise<readonly Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const [, name = '', state, parent] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(stat) ?? [];
      if (!state || state === 'Z') return undefined;
      const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ').trim();
      return { pid: Number(pid), parent: Number(parent), name, command };
    }),
  );
  return all.filter((one) => one !== undefined);
}

/** The supervisor of an instance's node, if one runs. */
export async function supervisorOf(instance: string): Promise<number | undefined> {
  return (await processes()).find(({ command }) => command.includes('/supervisor.ts ') && command.split(' ').includes(instance))?.pid;
}

/** The descendants of the supervisor: the node. */
export async function nodeProcesses(instance: string): Promise<readonly Process[]> {
  const all = await processes();
  const supervisor = await supervisorOf(instance);
  const found: Process[] = [];
  for (let parents = supervisor === undefined ? [] : [supervisor]; parents.length > 0; ) {
    const children = all.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map(({ pid }) => pid);
  }
  return found;
}
