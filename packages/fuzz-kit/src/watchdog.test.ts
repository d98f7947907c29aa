import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startWatchdog } from './watchdog.js';

test('ends a process whose input does not end, and prints its number', () => {
  const fixture = join(import.meta.dirname, '../test/fixtures/endless-input.ts');
  const { signal, stderr } = spawnSync(process.execPath, [fixture], { encoding: 'utf8', timeout: 60_000 });
  expect([signal, stderr]).toEqual(['SIGKILL', expect.stringContaining('input 7 does not end\n')]);
}, 70_000);

test('lets a process go on whose inputs end, however many there are', async () => {
  const watchdog = startWatchdog({ message: 'never printed', cpuMs: 400 });
  const before = process.cpuUsage();
  for (let index = 0; process.cpuUsage(before).user < 1_000_000; index++) {
    watchdog.begin(index);
    await new Promise(setImmediate);
  }
  await watchdog.stop();
}, 60_000);
