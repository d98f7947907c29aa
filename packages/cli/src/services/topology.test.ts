import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadEnvironment, renderedFiles } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';
import { environmentFile, environmentNames, localEnvironment, renderedFolder } from './topology.ts';

test.each(await environmentNames())('deploy/%s is what the topology renders', async (name) => {
  const { rendered } = await loadEnvironment(environmentFile(name));
  for (const [file, text] of renderedFiles(rendered))
    expect([file, await readFile(join(renderedFolder(name), file), 'utf8')]).toEqual([file, text]);
});

test.each(await environmentNames())('deploy/%s contains no file of a removed service', async (name) => {
  const { rendered } = await loadEnvironment(environmentFile(name));
  const own = await Promise.all(
    (await readdir(renderedFolder(name)))
      .filter((file) => file.endsWith('.yaml'))
      .map(async (file) => ({ file, text: await readFile(join(renderedFolder(name), file), 'utf8') })),
  );
  const marked = own.filter(({ text }) => text.startsWith('# Rendered by')).map(({ file }) => file);
  expect(marked.sort()).toEqual([...rendered.files.keys()].sort());
});

test('the topology of the platform takes twelve lines for each service at most', async () => {
  const { services } = (await localEnvironment()).environment.mesh;
  const lines = (await readFile(join(checkout, 'platform.mesh.ts'), 'utf8')).trimEnd().split('\n').length;
  expect(lines).toBeLessThanOrEqual(12 * services.size);
});
