import { readdir, readFile } from 'node:fs/promises';

/** The processes of a pod's containers with this name, as the machine numbers them. */
export async function processesOf(podUid: string, name: string): Promise<readonly number[]> {
  const uid = podUid.replaceAll('-', '[-_]');
  const numbers = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    numbers.map(async (number) => {
      const read = (file: string) => readFile(`/proc/${number}/${file}`, 'utf8').catch(() => ''); // it may have ended
      const [group, own] = await Promise.all([read('cgroup'), read('comm')]);
      return new RegExp(uid).test(group) && own.trim() === name ? [Number(number)] : [];
    }),
  );
  return found.flat();
}
