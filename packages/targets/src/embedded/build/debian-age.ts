import { stat } from 'node:fs/promises';

const DAY_MS = 24 * 60 * 60_000;
/** Debian publishes security updates every few days; a month without them is too long. */
const STALE_DAYS = 30;

/** How old the Debian packages are that the node and the images are made of. */
export interface DebianAge {
  readonly days: number;
  readonly stale: boolean;
  readonly message: string;
}

/** Of a node's file system and the archive of the base image: the age of the older one. Packages are as of when they were installed. */
export async function debianAge(root: string, archive: string, now = Date.now()): Promise<DebianAge> {
  const times = await Promise.all([`${root}/var/lib/dpkg/status`, archive].map(async (file) => (await stat(file)).mtimeMs));
  const oldest = Math.min(...times);
  const days = Math.max(0, Math.floor((now - oldest) / DAY_MS));
  const stale = days > STALE_DAYS;
  const date = new Date(oldest).toISOString().slice(0, 10);
  const message = `Debian packages of the node and of the images are from ${date}, ${days} ${days === 1 ? 'day' : 'days'} old`;
  return { days, stale, message: stale ? `${message}: security updates are missing → ./platform up --refresh` : message };
}
