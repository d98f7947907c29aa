import { users } from '@mesh-platform/kubernetes/users';
import { run } from '../../process/run.ts';

/** Postgres ran as this user once, which is an account of many hosts. */
export const EARLIER_USER = 999;

/** Gives the files of an earlier Postgres to the user that it runs as now. Safe to break off and to repeat; needs a Postgres that does not run. */
export async function giveToPostgres(volume: string): Promise<void> {
  const owner = `${users.postgres}:${users.postgres}`;
  // Symbolic links are given, not followed: Postgres writes them.
  await run('chown', ['--recursive', '--no-dereference', '-P', `--from=${EARLIER_USER}`, owner, volume], { timeout: 300_000 });
}
