import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { terraformFolder } from '../../src/hcl/terraform-module.ts';

/** One mistake: in `file`, `from` becomes `to`. */
export interface Seed {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Gives `work` a copy of infra/terraform with one mistake in it. */
export async function withSeed<T>({ file, from, to }: Seed, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-terraform-'));
  try {
    await cp(terraformFolder, folder, { recursive: true, filter: (source) => !source.includes('.terraform') });
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} does not contain: ${from}`);
    await writeFile(
      path,
      text.replace(from, () => to),
    );
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
