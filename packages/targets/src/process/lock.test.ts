import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { checkout, lockFolder } from '../places.ts';
import { holderOf, removeStaleLocks, withLock } from './lock.ts';
import { run } from './run.ts';

afterAll(removeStaleLocks);

const timeout = 10_000;
const lockModule = new URL('lock.ts', import.meta.url).href;
const uniqueName = () => `unit-test/${randomUUID()}`;

/** Work that lasts until `open` is called. */
function gate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Another process that has the lock until it is killed. */
async function holder(name: string): Promise<ChildProcess & { readonly pid: number }> {
  const program = `
    const { withLock } = await import(${JSON.stringify(lockModule)});
    await withLock(${JSON.stringify(name)}, { timeout: 1000 }, () => {
      console.log('held');
      return new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const child = spawn(join(checkout, 'node_modules/.bin/node'), ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('close', () => reject(new Error('the holder ended early')));
  });
  return child as ChildProcess & { readonly pid: number };
}

test('the work’s result is given and its failure is thrown', async () => {
  expect(await withLock(uniqueName(), { timeout }, async () => 'done')).toBe('done');
  await expect(withLock(uniqueName(), { timeout }, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

test('the second waits until the first has released, and gets the process number of the first once', async () => {
  const name = uniqueName();
  const order: string[] = [];
  const { opened, open } = gate();
  const begun = gate();
  const first = withLock(name, { timeout }, async () => {
    order.push('first begins');
    begun.open();
    await opened;
    order.push('first ends');
  });
  await begun.opened;
  const waiting = gate();
  const holders: number[] = [];
  const onWait = (pid: number) => {
    holders.push(pid);
    waiting.open();
  };
  const second = withLock(name, { timeout, onWait }, async () => void order.push('second begins'));
  await waiting.opened;
  expect(order).toEqual(['first begins']);
  open();
  await Promise.all([first, second]);
  expect(order).toEqual(['first begins', 'first ends', 'second begins']);
  expect(holders).toEqual([process.pid]);
});

test('of many at once, only one works, and each of the others is notified once that it waits', async () => {
  const name = uniqueName();
  const waits = Array.from({ length: 8 }, () => vi.fn());
  let working = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++working);
    await expect.poll(() => waits.filter(({ mock }) => mock.calls.length > 0).length, { timeout, interval: 5 }).toBe(7);
    working--;
  };
  await Promise.all(waits.map((onWait) => withLock(name, { timeout, onWait }, work)));
  expect(most).toBe(1);
  expect(waits.map(({ mock }) => mock.calls.length).toSorted()).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
});

test('work that throws releases the lock', async () => {
  const name = uniqueName();
  const broken = () => Promise.reject(new Error('broken'));
  await expect(withLock(name, { timeout }, broken)).rejects.toThrow('broken');
  expect(await withLock(name, { timeout: 0 }, async () => 'free')).toBe('free');
});

test('gives the process number of another holder, and the lock at once when that is killed', async () => {
  const name = uniqueName();
  const other = await holder(name);
  let pid: number | undefined;
  const taken = withLock(
    name,
    {
      timeout,
      onWait: (holder) => {
        pid = holder;
        process.kill(other.pid, 'SIGKILL');
      },
    },
    async () => 'free',
  );
  expect(await taken).toBe('free');
  expect(pid).toBe(other.pid);
});

test('a wait that is too long fails with the name of the lock, which stays with its holder', async () => {
  const name = uniqueName();
  const { opened, open } = gate();
  const begun = gate();
  const first = withLock(name, { timeout }, () => {
    begun.open();
    return opened;
  });
  await begun.opened;
  const late = withLock(name, { timeout: 50 }, async () => 'never');
  await expect(late).rejects.toThrow(`another process still has the lock '${name}' after 0.05 s`);
  await expect(withLock(name, { timeout: 0 }, async () => 'never')).rejects.toThrow('still has the lock');
  open();
  await first;
});

test('twenty processes that race for a lock never have it two at a time', async () => {
  const name = uniqueName();
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-lock-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // mkdir fails where another process has not yet removed the folder: then two have the lock.
  const program = `
    const { mkdirSync, rmdirSync } = await import('node:fs');
    const { withLock } = await import(${JSON.stringify(lockModule)});
    for (let turn = 0; turn < 5; turn++) {
      await withLock(${JSON.stringify(name)}, { timeout: 90_000 }, async () => {
        mkdirSync(${JSON.stringify(join(folder, 'held'))});
        for (let wait = 0; wait < 20; wait++) await new Promise(setImmediate);
        rmdirSync(${JSON.stringify(join(folder, 'held'))});
      });
    }`;
  const racing = Array.from({ length: 20 }, () => run(process.execPath, ['--input-type=module', '-e', program], { timeout: 100_000 }));
  await Promise.all(racing);
}, 120_000);

test('what another user has bound delays no one: no lock lies where that user can write', async () => {
  const name = uniqueName();
  // process.setuid: another user may not be able to read this checkout.
  const program = `
    process.setgroups([]); process.setgid(65534); process.setuid(65534);
    const { writeFileSync } = require('node:fs');
    require('node:net').createServer((socket) => socket.write(process.pid + '\\n')).listen('\\0mesh-platform/${name}', () => console.log('bound'));
    try { writeFileSync('${lockFolder()}/x', ''); } catch (error) { console.log(error.code); }`;
  await withLock(uniqueName(), { timeout }, async () => {
    const other = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void other.kill('SIGKILL'));
    let printed = '';
    other.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    await expect.poll(() => printed, { timeout: 20_000 }).toMatch(/^EACCES\nbound\n$/);
    const onWait = vi.fn();
    expect(await withLock(name, { timeout: 0, onWait }, async () => 'free')).toBe('free');
    expect(onWait).not.toHaveBeenCalled();
  });
});

test('the files of a killed holder are removed, those of a holder that runs stay', async () => {
  const [killed, alive] = [uniqueName(), uniqueName()];
  const other = await holder(killed);
  await holder(alive);
  const ended = new Promise((resolve) => other.once('close', resolve));
  other.kill('SIGKILL');
  await ended;
  const filesOf = async (name: string) =>
    (await readdir(lockFolder())).filter((file) => file.startsWith(name.replace('/', '_').slice(0, 20)));
  expect(await filesOf(killed)).toHaveLength(2);
  await removeStaleLocks();
  expect(await filesOf(killed)).toEqual([]);
  expect(await filesOf(alive)).toHaveLength(2);
  await expect(withLock(alive, { timeout: 0 }, async () => 'never')).rejects.toThrow('still has the lock');
});

test('two names do not wait for each other', async () => {
  const { opened, open } = gate();
  const first = withLock(uniqueName(), { timeout }, () => opened);
  expect(await withLock(uniqueName(), { timeout: 0 }, async () => 'free')).toBe('free');
  open();
  await first;
});

test('finds the holder of a lock, and none after a kill', async () => {
  const name = uniqueName();
  expect(await holderOf(name)).toBeUndefined();
  const other = await holder(name);
  expect(await holderOf(name)).toBe(other.pid);
  other.kill('SIGSTOP');
  expect(await holderOf(name)).toBe(0);
  const ended = new Promise((resolve) => other.once('close', resolve));
  other.kill('SIGKILL');
  await ended;
  expect(await holderOf(name)).toBeUndefined();
});
