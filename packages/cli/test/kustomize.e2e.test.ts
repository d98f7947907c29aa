import { globSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { nameOf } from '@mesh-platform/kubernetes';
import { loadEnvironment, render, renderYaml } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';
import { loadAll } from 'js-yaml';
import { expect, it, onTestFinished } from 'vitest';
import { platform } from './support/platform.ts';

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Sorts keys and lists: only the contents of objects are compared. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, plain(inner)]),
  );
}

it('kustomize and render build the same objects from the patches', async () => {
  const { environment, rendered } = await loadEnvironment(join(checkout, 'environments/local.ts'));
  const folder = await mkdtemp(join(checkout, '.kustomize-')); // kustomize takes components by relative paths
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'base'));
  const files = renderYaml(render(environment));
  for (const [file, text] of files) await writeFile(join(folder, 'base', file), text);
  await writeFile(join(folder, 'base/kustomization.yaml'), `resources: [${[...files.keys()].join(', ')}]\n`);
  const components = [...globSync('apps/*/deploy', { cwd: checkout }).sort(), 'environments/postgres'];
  const paths = components.map((path) => relative(folder, join(checkout, path)));
  await writeFile(join(folder, 'kustomization.yaml'), `resources: [base]\ncomponents: [${paths.join(', ')}]\n`);
  const { status, stdout, stderr } = await platform(['tool', 'kubectl', '--', 'kustomize', folder]);
  expect(status, stderr).toBe(0);
  const built = new Map((loadAll(stdout) as Named[]).map((object) => [nameOf(object), plain(object)]));
  for (const object of rendered.objects) expect(built.get(nameOf(object))).toEqual(plain(object));
  expect(built.size).toBe(rendered.objects.length);
}, 900_000);
