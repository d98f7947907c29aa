import { watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { inotifyUse } from './inotify.ts';

test('an instance of this process counts for its user', async () => {
  const watcher = watch(tmpdir()); // the first one opens the process's instance
  onTestFinished(() => watcher.close());
  const { most, used } = await inotifyUse();
  expect(most).toBeGreaterThan(0);
  expect(used.get(process.getuid?.() ?? -1)).toBeGreaterThanOrEqual(1);
});
