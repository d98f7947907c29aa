import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { cached, checkout, type ImageRecipe, keyOf, keyOfFiles, linkTree } from '@mesh-platform/targets';
import { type Closure, productionClosure, readLock } from './production-closure.ts';
import { type ServiceVersion, versionName } from './service-versions.ts';

/** Files of a package that no running program reads. */
const UNUSED = /\.(d\.[cm]?ts|[cm]?ts|map|md|markdown|flow)$|^(test|tests|__tests__|docs|examples?|\.github)$/i;

/**
 * The recipe of one version's image. Its context has two folders, a layer each: `deps` with third-party packages, and
 * `app` with our own files, the only ones that an edit changes. Everything is copied from what npm installed, so the
 * image is built without a network and contains only production dependencies.
 */
export async function serviceImage(version: ServiceVersion): Promise<ImageRecipe> {
  const closure = await closureOf(version);
  const dockerfile = await readFile(join(version.folder, 'Dockerfile'), 'utf8');
  const own = await ownFiles(version, closure);
  const contents = await Promise.all(own.map(({ source }) => readFile(source)));
  const depsKey = keyOf(
    await keyOfFiles([import.meta.filename]), // the staging code is an input of the image too
    ...closure.packages.map(({ destination, integrity }) => `${destination} ${integrity}`),
  );
  const contextKey = keyOf(depsKey, ...own.flatMap(({ destination }, index) => [destination, contents[index] ?? '']));
  return { name: versionName(version), dockerfile, contextKey, stage: (context) => stage(context, depsKey, closure, own) };
}

/** A file of ours, and its place in the image. */
export interface OwnFile {
  readonly source: string;
  readonly destination: string;
}

/** Our own compiled files in the image of a version: an edit changes only these. */
export async function filesOf(version: ServiceVersion): Promise<readonly OwnFile[]> {
  return ownFiles(version, await closureOf(version));
}

async function closureOf({ folder }: ServiceVersion): Promise<Closure> {
  return productionClosure(await readLock(), relative(checkout, folder));
}

/** The built files of the service and of the workspace packages it imports, as their package.json lists them under `files`. */
async function ownFiles({ folder, version }: ServiceVersion, { workspaces }: Closure): Promise<readonly OwnFile[]> {
  const parts = [
    { source: folder, destination: '' },
    ...workspaces.map(({ source, name }) => ({ source: join(checkout, source), destination: `node_modules/${name}` })),
  ];
  const all = await Promise.all(parts.map(({ source, destination }) => packageFiles(source, destination)));
  const foreign = (destination: string) => /^dist\/versions\/(v\d+)\//.exec(destination)?.[1] ?? version;
  return all.flat().filter(({ destination }) => foreign(destination) === version);
}

async function packageFiles(folder: string, destination: string): Promise<OwnFile[]> {
  const { files = ['dist'] } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { files?: string[] };
  const found: string[] = ['package.json'];
  for (const entry of files) {
    const names = await readdir(join(folder, entry), { recursive: true, withFileTypes: true });
    found.push(
      ...names
        .filter((name) => name.isFile() && !/\.(d\.ts|tsbuildinfo)$/.test(name.name))
        .map((name) => relative(folder, join(name.parentPath, name.name))),
    );
  }
  return found.sort().map((file) => ({ source: join(folder, file), destination: join(destination, file) }));
}

async function stage(context: string, depsKey: string, closure: Closure, own: readonly OwnFile[]): Promise<void> {
  // Thousands of small files, the same from edit to edit: they are copied once.
  const deps = await cached('image-deps', depsKey, (folder) => copyPackages(closure, join(folder, 'deps')));
  await linkTree(join(deps, 'deps'), join(context, 'deps'));
  for (const { source, destination } of own) await cp(source, join(context, 'app', destination), { preserveTimestamps: true });
}

async function copyPackages({ packages }: Closure, folder: string): Promise<void> {
  await mkdir(folder);
  for (const { source, destination } of packages) {
    const from = join(checkout, source);
    // Nested node_modules are packages of the closure in their own right, or not needed.
    const filter = (path: string) => path === from || (basename(path) !== 'node_modules' && !UNUSED.test(basename(path)));
    await cp(from, join(folder, destination), { recursive: true, preserveTimestamps: true, filter });
  }
}

/** Writes the context and the Dockerfile of a version's image into a folder, for a builder that is not ours. The services must be compiled. */
export async function stageImage(version: ServiceVersion, folder: string): Promise<void> {
  const { dockerfile, stage } = await serviceImage(version);
  await mkdir(folder, { recursive: true });
  await stage(folder);
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
}
