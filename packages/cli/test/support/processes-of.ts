import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';

/** The processes of a pod's containers that run this program, as the machine numbers them. Node.js calls itself otherwise than its file. */
export async function processesOf(podUid: string, name: string): Promise<readonly number[]> {
  const uid = podUid.replaceAll('-', '[-_]');
  const numbers = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    numbers.map(async (number) => {
      const read = (file: string) => readFile(`/proc/${number}/${file}`, 'utf8').catch(() => ''); // it may have ended
      const [group, line] = await Promise.all([read('cgroup'), read('cmdline')]);
      const program = basename(line.split(/[\0 ]/, 1)[0] ?? '').replace(/:$/, ''); // postgres writes `postgres: checkpointer`
      return new RegExp(uid).test(group) && program === name ? [Number(number)] : [];
    }),
  );
  return found.flat();
}

/** Kills the process with SIGKILL; one that has ended meanwhile, as Postgres’ children do with their parent, is what was wanted. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
