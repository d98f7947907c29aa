import { readdir, readFile, readlink, stat } from 'node:fs/promises';

/** How many inotify instances each user of this machine has, and how many the kernel gives to one. */
export interface InotifyUse {
  readonly most: number;
  readonly used: ReadonlyMap<number, number>;
}

/** Counted over the processes that may be looked at; https://man7.org/linux/man-pages/man7/inotify.7.html */
export async function inotifyUse(): Promise<InotifyUse> {
  const most = Number(await readFile('/proc/sys/fs/inotify/max_user_instances', 'utf8').catch(() => Number.POSITIVE_INFINITY));
  const used = new Map<number, number>();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  await Promise.all(
    pids.map(async (pid) => {
      const count = await instancesOf(pid);
      const user = (await stat(`/proc/${pid}`).catch(() => undefined))?.uid;
      if (count > 0 && user !== undefined) used.set(user, (used.get(user) ?? 0) + count);
    }),
  );
  return { most, used };
}

async function instancesOf(pid: string): Promise<number> {
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
  return targets.filter((target) => target === 'anon_inode:inotify').length;
}
