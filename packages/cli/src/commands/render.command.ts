import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { loadEnvironment, renderYaml } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';
import { environmentFile, environmentNames, renderedFolder } from '../services/topology.ts';
import { type CommandContext, printJson } from './context.ts';

/** The first line of what is rendered; other files of the folder are somebody's own. */
export const HEADER = '# Rendered by ./platform mesh render: edit platform.mesh.ts, environments or apps/*/deploy instead.\n';

/** Writes deploy/<environment> as the topology says, and names the files that changed. */
export async function renderCommand({ json }: Pick<CommandContext, 'json'>): Promise<void> {
  const changed = (await Promise.all((await environmentNames()).map(renderEnvironment))).flat();
  if (json) printJson({ changed });
  else process.stdout.write(changed.length > 0 ? changed.map((file) => `wrote ${file}\n`).join('') : 'deploy is as the topology says\n');
}

async function renderEnvironment(name: string): Promise<readonly string[]> {
  const { rendered } = await loadEnvironment(environmentFile(name));
  const folder = renderedFolder(name);
  await mkdir(folder, { recursive: true });
  const wanted = new Map([...renderYaml(rendered)].map(([file, text]) => [file, `${HEADER}${text}`]));
  const changed: string[] = [];
  for (const [file, text] of wanted) {
    const path = join(folder, file);
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) continue;
    await writeFile(path, text);
    changed.push(relative(checkout, path));
  }
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    if (!file.endsWith('.yaml') || wanted.has(file) || !(await readFile(path, 'utf8')).startsWith(HEADER)) continue;
    await rm(path);
    changed.push(relative(checkout, path));
  }
  return changed;
}
