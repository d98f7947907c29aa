import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';
import { Draft } from './draft.ts';
import { installLinks } from './installed.ts';
import { regenerate } from './regenerate.ts';

/** Changes the checkout: all of it, with everything that follows and passes the checks, or nothing. `work` gives the files for the linter to lay out. */
export async function changeCheckout(progress: Progress, work: (draft: Draft) => Promise<readonly string[]>): Promise<readonly string[]> {
  await using draft = await Draft.of(checkout);
  const changed = await work(draft);
  await progress.step('what follows from it, and the checks', () => regenerate(draft, changed));
  const lockBefore = await readFile(join(checkout, 'package-lock.json'), 'utf8');
  const written = await draft.writeBack();
  await installLinks(checkout, lockBefore);
  return written;
}
