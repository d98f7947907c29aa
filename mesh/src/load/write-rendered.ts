import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Rendered, renderYaml } from '../render/render.ts';

/** The first line of each rendered file; `render` never deletes files without it. */
export const HEADER = '# Rendered by `mesh render`: edit the topology, the environment or the patches instead.\n';

/** Each file with its text, header and all. */
export const renderedFiles = (rendered: Rendered): ReadonlyMap<string, string> =>
  new Map([...renderYaml(rendered)].map(([file, text]) => [file, HEADER + text]));

/** Writes rendered files into a folder, deletes stale ones, and returns the changed paths. Other files without the header stay unchanged. */
export async function writeRendered(rendered: Rendered, folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const wanted = renderedFiles(rendered);
  const changed: string[] = [];
  for (const [file, text] of wanted) {
    const path = join(folder, file);
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) continue;
    await writeFile(path, text);
    changed.push(path);
  }
  for (const file of await staleFiles(folder, wanted)) {
    await rm(join(folder, file));
    changed.push(join(folder, file));
  }
  return changed;
}

/** Files that were rendered once and are so no more. */
async function staleFiles(folder: string, wanted: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const others = (await readdir(folder)).filter((file) => file.endsWith('.yaml') && !wanted.has(file));
  const texts = await Promise.all(others.map((file) => readFile(join(folder, file), 'utf8')));
  return others.filter((_, index) => texts[index]?.startsWith(HEADER));
}
