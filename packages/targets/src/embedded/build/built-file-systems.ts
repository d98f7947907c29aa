import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { prebuilt } from '../../build/prebuilt.ts';
import { clusterPrograms } from '../../build/programs.ts';
import { basePackages } from '../../pins.ts';
import { layout } from '../node/layout.ts';
import { clusterImages } from './cluster-images.ts';
import type { Image } from './images.ts';
import { blobPath, imageOf, type Manifest } from './oci-layout.ts';
import { baseArchive, nodeRoot } from './root-filesystem.ts';

/** A file system that the platform builds: an image's layers, or folders that are mounted over each other. */
export interface BuiltFileSystem {
  readonly name: string;
  /** `sha256:…` of the image's manifest; undefined where it is no image. */
  readonly digest?: string;
  /** In the order in which they are applied. */
  readonly layers: readonly BuiltLayer[];
}

/** Where a layer lies on this machine: a tar archive, or a folder that is seen at `at`. */
export type BuiltLayer = { readonly archive: string } | { readonly folder: string; readonly at: string };

/** The layers of an image that lies in the cache. */
export async function imageLayers({ name, layout: folder }: Pick<Image, 'name' | 'layout'>): Promise<BuiltFileSystem> {
  const digest = await imageOf(folder);
  const { layers } = JSON.parse(await readFile(join(folder, blobPath(digest)), 'utf8')) as Manifest;
  return { name, digest, layers: layers.map((layer) => ({ archive: join(folder, blobPath(layer.digest)) })) };
}

/** Every file system of the embedded target but the services' images; what the cache is missing is built. */
export async function builtFileSystems(progress: Progress): Promise<readonly BuiltFileSystem[]> {
  const root = nodeRoot(progress);
  const images = await clusterImages(root, progress);
  const base = { name: 'base', layers: [{ archive: await baseArchive(basePackages, progress) }] };
  const node = {
    name: 'node-root',
    layers: [
      { folder: await root, at: '' },
      { folder: await clusterPrograms(progress), at: layout.binaries.slice(1) },
    ],
  };
  return [base, node, ...(await Promise.all(Object.values<Image>({ ...images }).map(imageLayers)))];
}

/** The pinned `go`, which reads out of a program which modules it was linked from. */
export const goProgram = async (progress: Progress): Promise<string> => join((await prebuilt(progress)).goRoot, 'bin/go');
