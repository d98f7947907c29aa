import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { run } from '../../process/run.ts';

/** Copies a folder whose files are never written again: as hard links where the file system allows it. */
export async function linkTree(from: string, to: string): Promise<void> {
  const flags = (await sameDevice(from, dirname(to))) ? '-al' : '-a';
  await run('cp', [flags, from, to], { timeout: 300_000 });
}

const sameDevice = async (a: string, b: string): Promise<boolean> => (await stat(a)).dev === (await stat(b)).dev;
