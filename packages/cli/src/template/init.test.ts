import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@mesh-platform/targets';
import { expect, onTestFinished, test } from 'vitest';
import { requireKept } from './init.ts';

test('what git could not bring back is named: a new file, and another text of one; what it was given is not', async () => {
  const checkout = await mkdtemp(join(tmpdir(), 'mesh-platform-kept-'));
  onTestFinished(() => rm(checkout, { recursive: true, force: true }));
  const git = (...args: string[]) => run('git', args, { cwd: checkout, timeout: 30_000 });
  await git('init', '--quiet');
  await requireKept(checkout);
  for (const text of ['new', 'other']) {
    await writeFile(join(checkout, 'mine.ts'), text);
    await expect(requireKept(checkout)).rejects.toThrow('the changes of mine.ts are not staged in git');
    await git('add', '--all');
    await requireKept(checkout);
  }
});
