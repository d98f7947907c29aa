import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadEnvironment, renderYaml } from '@mesh-platform/mesh';
import { expect, test } from 'vitest';
import { environmentFile, environmentNames, renderedFolder } from '../services/topology.ts';
import { HEADER } from './render.command.ts';

test.each(await environmentNames())('deploy/%s is what the topology renders, and nothing else', async (name) => {
  const { rendered } = await loadEnvironment(environmentFile(name));
  const folder = renderedFolder(name);
  for (const [file, text] of renderYaml(rendered))
    expect([file, await readFile(join(folder, file), 'utf8')]).toEqual([file, HEADER + text]);
  const all = await Promise.all(
    (await readdir(folder))
      .filter((file) => file.endsWith('.yaml'))
      .map(async (file) => [file, await readFile(join(folder, file), 'utf8')]),
  );
  expect(
    all
      .filter(([, text]) => text?.startsWith(HEADER))
      .map(([file]) => file)
      .sort(),
  ).toEqual([...rendered.files.keys()].sort());
});
