import { readdir, readFile } from 'node:fs/promises';
import { POD_USERS, users } from '@mesh-platform/kubernetes';
import { expect, it } from 'vitest';
import { run } from '../src/index.ts';

interface Attempt {
  readonly signal: string;
  readonly environment: string;
  readonly postgres: string;
}

/** What a user of the host gets of each of these processes; it becomes that user when it has started. */
async function attemptAs(user: number, pids: readonly number[]): Promise<readonly Attempt[]> {
  const program = `
    process.setgroups([]); process.setgid(${user}); process.setuid(${user});
    const { readFileSync } = require('node:fs');
    const tried = (act) => { try { act(); return 'done'; } catch ({ code }) { return code; } };
    const connected = (path) => new Promise((resolve) => {
      const socket = require('node:net').connect(path, () => { resolve('done'); socket.destroy(); });
      socket.on('error', ({ code }) => resolve(code));
    });
    Promise.all(${JSON.stringify(pids)}.map(async (pid) => ({
      signal: tried(() => process.kill(pid, 0)),
      environment: tried(() => readFileSync('/proc/' + pid + '/environ')),
      postgres: await connected('/proc/' + pid + '/root/tmp/.s.PGSQL.5432'),
    }))).then((attempts) => console.log(JSON.stringify(attempts)));`;
  return JSON.parse(await run(process.execPath, ['-e', program], { timeout: 30_000 })) as Attempt[];
}

/** The processes of pods on this machine: number and user. */
async function podProcesses(): Promise<readonly { readonly pid: number; readonly user: number }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      return { pid, user: Number(/^Uid:\t(\d+)/m.exec(status)?.[1] ?? 0) };
    }),
  );
  return found.filter(({ user }) => user >= POD_USERS.first && user <= POD_USERS.last);
}

it.each([1000, 999, 65534])('user %i of the host can neither signal nor read a workload, nor connect to Postgres', async (user) => {
  const pods = await podProcesses();
  expect(new Set(pods.map((pod) => pod.user)).size).toBeGreaterThan(1);
  const pids = pods.map(({ pid }) => pid);
  expect(new Set((await attemptAs(user, pids)).map((attempt) => JSON.stringify(attempt)))).toEqual(
    new Set([JSON.stringify({ signal: 'EPERM', environment: 'EACCES', postgres: 'EACCES' } satisfies Attempt)]),
  );
});

it('a user with the number of Postgres could: the attempts above reach what they are about', async () => {
  const pids = (await podProcesses()).filter(({ user }) => user === users.postgres).map(({ pid }) => pid);
  expect(pids).not.toEqual([]);
  expect(await attemptAs(users.postgres, pids)).toContainEqual(expect.objectContaining({ signal: 'done', postgres: 'done' }));
});
