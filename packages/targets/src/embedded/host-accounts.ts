import { readFile } from 'node:fs/promises';
import { ISTIO_USER, POD_USERS, users } from '@mesh-platform/kubernetes';
import { CommandError, run } from '../process/run.ts';

/** Whose processes a number of the host would own. */
const OWNED = new Map<number, string>([
  [ISTIO_USER, 'the proxies and istiod'],
  [users.image, 'containers of the services’ images'],
  [users.postgres, 'Postgres'],
  [users.probe, 'the probes'],
]);

/**
 * Accounts of the host, and ranges that it lends to accounts, that have a user number of the platform's pods: one message each.
 * `passwd` and `subordinate` are texts like those of passwd(5) and subuid(5).
 */
export function accountCollisions(passwd: string, subordinate: string): readonly string[] {
  const accounts = rowsOf(passwd).flatMap(([name = '', , number = '']) => {
    const user = Number(number);
    const whose = OWNED.get(user) ?? (isPodUser(user) ? 'a service' : undefined);
    return whose ? [`account ${name} has user number ${user} of ${whose}`] : [];
  });
  const ranges = rowsOf(subordinate).flatMap(([name = '', start = '', count = '']) => {
    const [first, end] = [Number(start), Number(start) + Number(count)];
    return first <= POD_USERS.last && end > POD_USERS.first
      ? [`account ${name} may use user numbers ${first} to ${end - 1}, which has some of the pods (/etc/subuid)`]
      : [];
  });
  return [...new Set([...accounts, ...ranges])];
}

const isPodUser = (user: number): boolean => user >= POD_USERS.first && user <= POD_USERS.last;

const rowsOf = (text: string): readonly string[][] =>
  text
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => line.split(':'));

/** The collisions of this machine. A directory lists no accounts, so it is asked for each known number. */
export async function hostAccountCollisions(): Promise<readonly string[]> {
  const [listed, known, subordinate] = await Promise.all([
    getent(),
    Promise.all([...OWNED.keys()].map((user) => getent(String(user)))),
    readFile('/etc/subuid', 'utf8').catch(() => ''),
  ]);
  return accountCollisions([listed, ...known].join('\n'), subordinate);
}

/** getent(1): status 2 where there is no such account. Without it, the entry of passwd(5). */
async function getent(...key: readonly string[]): Promise<string> {
  try {
    return await run('getent', ['passwd', ...key], { timeout: 30_000 });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return key.length > 0 ? '' : readFile('/etc/passwd', 'utf8').catch(() => '');
  }
}
