import { expect, test } from 'vitest';
import { changedSince, workspacesOf } from './changed-paths.ts';

test.each(['no-such-branch', '--output=/tmp/x'])('a branch “%s” that git does not know is an error with a hint', async (branch) => {
  await expect(changedSince(branch)).rejects.toMatchObject({
    message: `no common commit with ${branch} was found`,
    hint: 'name a branch or a commit: ./platform test --changed main',
  });
});

test('the workspaces of this checkout are read with what they need', async () => {
  const cli = (await workspacesOf()).find(({ folder }) => folder === 'packages/cli');
  expect(cli?.needs).toEqual(expect.arrayContaining(['mesh', 'packages/targets']));
});
