import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Instance, instanceAt } from '../instance.ts';
import { planFile, plannedTimeoutFactor } from './plan.ts';

let instance: Instance;
beforeEach(async () => {
  const run = await mkdtemp(`${tmpdir()}/mesh-platform-plan-`);
  instance = { ...instanceAt('a', 1), run };
  onTestFinished(() => rm(run, { recursive: true, force: true }));
});

test('reads the factor of the time limits from the plan of a node', async () => {
  await writeFile(planFile(instance), JSON.stringify({ instance, revision: '1', timeoutFactor: 2.5 }));
  expect(await plannedTimeoutFactor(instance)).toBe(2.5);
});

test('finds no factor without a node', async () => {
  expect(await plannedTimeoutFactor(instance)).toBeUndefined();
});

test.each(['', '{"instance":{},"revision":"1"}', '{"instance":{},"timeoutFactor":2'])('finds no factor in %j', async (text) => {
  await writeFile(planFile(instance), text);
  expect(await plannedTimeoutFactor(instance)).toBeUndefined();
});
