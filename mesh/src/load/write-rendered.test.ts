import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadEnvironment } from './load-environment.ts';
import { HEADER, writeRendered } from './write-rendered.ts';

test('writes rendered files, deletes stale ones, and keeps files without the header', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-render-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { rendered } = await loadEnvironment(join(import.meta.dirname, '../../examples/shop/staging.ts'));
  await writeFile(join(folder, 'retired.yaml'), `${HEADER}kind: A\n`);
  await writeFile(join(folder, 'kustomization.yaml'), 'kind: Kustomization\n');
  const changed = await writeRendered(rendered, folder);
  expect(changed).toContain(join(folder, 'retired.yaml'));
  expect((await readdir(folder)).sort()).toEqual([...rendered.files.keys(), 'kustomization.yaml'].sort());
  expect(await readFile(join(folder, 'policies.yaml'), 'utf8')).toMatch(/^# Rendered by .*\napiVersion: /);
  expect(await writeRendered(rendered, folder)).toEqual([]);
});
