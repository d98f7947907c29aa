import { silent } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { Recorder, tableOf } from './recorder.ts';

test('each step is written down with its times, also one that fails, and its result is handed on', async () => {
  const recorder = new Recorder(silent);
  expect(await recorder.step('good', async () => 42)).toBe(42);
  await expect(recorder.step('bad', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(recorder.steps.map(({ title }) => title)).toEqual(['good', 'bad']);
  for (const { from, to } of recorder.steps) expect(to).toBeGreaterThanOrEqual(from);
});

test('the table has the steps in the order in which they began, and the whole', () => {
  const steps = [
    { title: 'inner', from: 1_000, to: 2_000 },
    { title: 'outer', from: 500, to: 2_500 },
  ];
  expect(tableOf(steps, 3_000)).toBe(`| step | from (s) | to (s) | took (s) |
|---|--:|--:|--:|
| outer |    0.5 |    2.5 |    2.0 |
| inner |    1.0 |    2.0 |    1.0 |
| **all** |    0.0 |    3.0 |    3.0 |
`);
});
