import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { checkout, linkTree } from '@mesh-platform/targets';

/** The checkout once more, for a test that edits it: others read the one that it is run from. */
export class CheckoutCopy {
  readonly folder: string;
  readonly #originals = new Map<string, string>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Beside the checkout: its packages are linked, which a file system does only within itself. */
  static async make(): Promise<CheckoutCopy> {
    const folder = await mkdtemp(join(dirname(checkout), '.mesh-platform-copy-'));
    const { stdout } = await promisify(execFile)('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: checkout,
      maxBuffer: 16 * 1024 ** 2,
    });
    for (const file of stdout.split('\0').filter(Boolean)) await cp(join(checkout, file), join(folder, file));
    await linkTree(join(checkout, 'node_modules'), join(folder, 'node_modules'));
    return new CheckoutCopy(folder);
  }

  /** Saves a file of it with a word in the place of another. */
  async edit(file: string, from: string, to: string): Promise<void> {
    const path = join(this.folder, file);
    const text = this.#originals.get(file) ?? (await readFile(path, 'utf8'));
    this.#originals.set(file, text);
    if (!text.includes(from)) throw new Error(`${file} has no '${from}'`);
    await writeFile(
      path,
      text.replace(from, () => to),
    );
  }

  /** Saves each edited file as it was. */
  async restore(): Promise<void> {
    for (const [file, text] of this.#originals) await writeFile(join(this.folder, file), text);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
