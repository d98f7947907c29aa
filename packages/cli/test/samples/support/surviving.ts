import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkout } from '@mesh-platform/targets';
import { expect } from 'vitest';
import { platform } from '../../support/platform.ts';
import type { AcknowledgedWrites } from './acknowledged-writes.ts';
import { kill, type Victim } from './kills.ts';

const UP_MS = 300_000;
/** Time in which a command whose node was killed must end: a whole start takes a fifth of this. */
const ENDS_WITHIN_MS = 120_000;

/** Brings the instance up as a user does after something broke, and finds every acknowledged write, once. */
export async function recovers(instance: string, writes: AcknowledgedWrites, after: string): Promise<string> {
  const up = await platform(['up', '--instance', instance]);
  expect(up.status, `up after ${after}:\n${up.stderr}`).toBe(0);
  expect(await writes.wrong(), after).toEqual([]);
  return up.stderr;
}

/** Kills during `up`, so many milliseconds after its start; resolves when that `up` has ended, however it did. */
export async function killDuringUp(victim: Victim, instance: string, after: number): Promise<readonly number[]> {
  const child = spawn(join(checkout, 'platform'), ['up', '--instance', instance], {
    stdio: 'ignore',
    timeout: UP_MS,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await Promise.race([ended, pause(after)]);
  const killed = await kill(victim, instance, child.exitCode === null ? child.pid : undefined);
  const killedAt = performance.now();
  await ended;
  expect(performance.now() - killedAt, `the end of an up under which ${victim} was killed`).toBeLessThan(ENDS_WITHIN_MS);
  return killed;
}

/** Kills while documents are written: some are acknowledged before, and others fail after. */
export async function killDuringWrites(
  victim: Victim,
  instance: string,
  writes: AcknowledgedWrites,
  after: number,
): Promise<readonly number[]> {
  const over = new AbortController();
  const before = writes.acknowledged;
  const writing = writes.writeUntil(over.signal);
  await expect.poll(() => writes.acknowledged - before, { timeout: 30_000, interval: 20 }).toBeGreaterThan(5);
  await pause(after);
  const killed = await kill(victim, instance);
  await pause(1_000); // some writes must meet what was killed
  over.abort();
  await writing;
  return killed;
}
