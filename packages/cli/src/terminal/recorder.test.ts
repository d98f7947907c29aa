import { silent } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { Recorder } from './recorder.ts';

test('each step is written down with its times, also one that fails, and its result is handed on', async () => {
  const recorder = new Recorder(silent);
  expect(await recorder.step('good', async () => 42)).toBe(42);
  await expect(recorder.step('bad', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(recorder.steps.map(({ title }) => title)).toEqual(['good', 'bad']);
  for (const { from, to } of recorder.steps) expect(to).toBeGreaterThanOrEqual(from);
});
