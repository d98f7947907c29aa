import { expect, test } from 'vitest';
import { type Progress, runSteps, type Step } from './progress.ts';

/** Records the steps that are shown, and the notes next to them. */
function recorder() {
  const seen: string[] = [];
  const progress: Progress = {
    step: async (title, work) => {
      seen.push(`begin ${title}`);
      const result = await work((detail) => seen.push(`note ${detail}`));
      seen.push(`end ${title}`);
      return result;
    },
    print: (line) => seen.push(line),
  };
  return { seen, progress };
}

const stepsOf = (done: string[]): readonly Step[] => [
  {
    name: 'the node starts',
    shown: true,
    run: async (note) => {
      note('etcd');
      done.push('node');
    },
  },
  { name: 'images', run: () => void done.push('images') },
  { name: 'Istio', shown: true, run: async () => void done.push('Istio') },
];

test('runs the steps of a procedure in order, and shows those that ask for it', async () => {
  const { seen, progress } = recorder();
  const done: string[] = [];
  await runSteps(stepsOf(done), progress);
  expect(done).toEqual(['node', 'images', 'Istio']);
  expect(seen).toEqual(['begin the node starts', 'note etcd', 'end the node starts', 'begin Istio', 'end Istio']);
});

test.each([
  [
    'throws',
    () => {
      throw new Error('no space');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no space'))],
])('a step that %s ends the procedure', async (_how, run) => {
  const done: string[] = [];
  const failing = stepsOf(done).toSpliced(1, 0, { name: 'fails', run });
  await expect(runSteps(failing, recorder().progress)).rejects.toThrow('no space');
  expect(done).toEqual(['node']);
});
