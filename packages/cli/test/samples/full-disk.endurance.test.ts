import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { platform } from '../support/platform.ts';
import { AcknowledgedWrites } from './support/acknowledged-writes.ts';

const INSTANCE = 'full-disk';
let home = '';
let disk = '';
/** Keeps a mount namespace in which the state lies on a small disk of its own. */
const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sleep', 'infinity'], { stdio: 'ignore' });
const under = (): readonly string[] => ['nsenter', '--target', String(holder.pid), '--mount', '--'];
const command = (...args: readonly string[]) => platform([...args, '--instance', INSTANCE], { XDG_STATE_HOME: disk }, under());

async function inside(script: string): Promise<number | null> {
  const [program = '', ...args] = [...under(), 'sh', '-c', script];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'ignore', timeout: 60_000 });
    child.once('error', reject).once('close', resolve);
  });
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mesh-platform-disk-'));
  disk = join(home, 'disk');
  const mounted = async () => ((await inside(`mkdir -p ${disk} && mount -t tmpfs -o size=3584m tmpfs ${disk}`)) === 0 ? true : undefined);
  await waitFor('the mount namespace', mounted, { timeout: 10_000 });
});
afterAll(async () => {
  await inside(`rm -f ${disk}/full`);
  await command('down', '--purge');
  holder.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

it('a disk that fills while documents are written loses none that was acknowledged, and up works when there is space', async () => {
  const first = await command('up', '--json');
  expect(first.status, first.stderr).toBe(0);
  const { url } = JSON.parse(first.stdout) as { url: string };
  const writes = new AcknowledgedWrites(url);
  const over = new AbortController();
  const writing = writes.writeUntil(over.signal);
  await expect.poll(() => writes.acknowledged, { timeout: 60_000 }).toBeGreaterThan(20);
  expect(await inside(`cat /dev/zero >${disk}/full`)).not.toBe(0);
  // PostgreSQL has room in the segment of its log that it began, so writes go on for a while; then they fail.
  await expect.poll(() => writes.failed, { timeout: 240_000 }).toBeGreaterThan(3);
  over.abort();
  await writing;

  const full = await command('up');
  expect(full.status).toBe(1);
  expect(full.stderr).toMatch(/space: 0\.0 GiB free for \S+, 0\.5 GiB needed/);

  expect(await inside(`rm ${disk}/full`)).toBe(0);
  const again = await command('up');
  expect(again.status, again.stderr).toBe(0);
  expect(await writes.wrong()).toEqual([]);
}, 900_000);
