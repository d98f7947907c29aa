import { expect, test } from 'vitest';
import { npmEnvironment } from '../services/build.ts';
import { runProgram } from './run-program.ts';

test('runs a program with the pinned Node.js first in its PATH, and with the other variables that it is given', async () => {
  const script = `process.exit(process.env.PATH === process.env.EXPECTED && process.env.GIVEN === 'yes' ? 0 : 3)`;
  const env = { PATH: '/elsewhere', GIVEN: 'yes', EXPECTED: npmEnvironment().PATH };
  expect(await runProgram(process.execPath, ['-e', script], { env, timeout: 10_000 })).toBe(0);
});
