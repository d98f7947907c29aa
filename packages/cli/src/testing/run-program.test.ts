import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { npmEnvironment } from '../services/build.ts';
import { runProgram } from './run-program.ts';

test('runs a program with the pinned Node.js first in its PATH, and with the other variables that it is given', async () => {
  const script = `process.exit(process.env.PATH === process.env.EXPECTED && process.env.GIVEN === 'yes' ? 0 : 3)`;
  const env = { PATH: '/elsewhere', GIVEN: 'yes', EXPECTED: npmEnvironment().PATH };
  expect(await runProgram(process.execPath, ['-e', script], { env, timeout: 10_000 })).toBe(0);
});

test('a program that runs aside has the lowest priority, and prints into its file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-aside-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const aside = join(folder, 'output');
  const script = `console.log(os.getPriority())`;
  expect(await runProgram(process.execPath, ['-e', script], { aside, timeout: 10_000 })).toBe(0);
  expect(await readFile(aside, 'utf8')).toBe('19\n');
});

test('a program is killed when its time is over, which the factor of this machine scales', async () => {
  vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', '0.1');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await runProgram(process.execPath, ['-e', 'setTimeout(() => {}, 4_000)'], { timeout: 5_000 })).toBe(1);
});
