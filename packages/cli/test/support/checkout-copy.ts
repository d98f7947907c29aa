import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, run } from '@mesh-platform/targets';

/** A copy of the checkout's tracked files as they are now, to edit; its node_modules are the checkout's own. */
export async function copyOfCheckout(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'mesh-platform-copy-'));
  const folder = join(home, 'checkout');
  await run('git', ['clone', '--quiet', '--no-hardlinks', checkout, folder], { timeout: 60_000 });
  const changed = await run('git', ['diff', '--binary', 'HEAD'], { cwd: checkout, timeout: 30_000 });
  if (changed) await run('git', ['apply', '-'], { cwd: folder, timeout: 30_000, input: changed });
  // Links to the workspaces are relative, so they lead to the copy's own.
  await run('cp', ['--archive', '--link', join(checkout, 'node_modules'), join(folder, 'node_modules')], { timeout: 120_000 });
  return { folder, remove: () => rm(home, { recursive: true, force: true }) };
}
