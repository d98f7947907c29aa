import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { loadAll } from 'js-yaml';
import { messageOf, PlatformError } from './platform-error.ts';

/** Images that a manifest names by the tag `local` get the reference of the one that was built. */
export type ImageReferences = ReadonlyMap<string, string>;

/** What the names of the platform's own images begin with. */
export const IMAGE_REPOSITORY = 'localhost/mesh-platform';

const localImage = new RegExp(`${IMAGE_REPOSITORY}/([a-z0-9-]+):local`, 'g');

/** Objects with the references of the images that they name by the tag `local`; `where` names them in errors. */
export const withImages = <T extends KubernetesObject>(where: string, objects: readonly T[], images: ImageReferences): readonly T[] =>
  JSON.parse(withReferences(where, JSON.stringify(objects), images)) as readonly T[];

const withReferences = (where: string, text: string, images: ImageReferences): string =>
  text.replace(localImage, (tagged, name: string) => images.get(name) ?? unknownImage(where, tagged));

/** Every object of a YAML file. */
export async function readManifest(file: string, images: ImageReferences = new Map()): Promise<KubernetesObject[]> {
  const text = withReferences(file, await readFile(file, 'utf8'), images);
  try {
    return (loadAll(text) as (KubernetesObject | null | undefined)[]).filter((object) => object != null);
  } catch (error) {
    throw new PlatformError(`${file} is not YAML: ${messageOf(error)}`, 'fix the file at that line', { cause: error });
  }
}

/** Every object of the YAML files of a folder. */
export async function readManifests(folder: string, images: ImageReferences = new Map()): Promise<KubernetesObject[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort();
  return (await Promise.all(files.map((file) => readManifest(join(folder, file), images)))).flat();
}

function unknownImage(file: string, tagged: string): never {
  throw new PlatformError(`${file} names the image ${tagged}, which nothing builds`, 'name one of the images that ./platform up lists');
}

/** What others refer to comes first. Kinds that are not listed come in between, in their files' order. */
const FIRST = ['Namespace', 'CustomResourceDefinition', 'ServiceAccount', 'ConfigMap', 'Secret', 'PersistentVolume'];
const LAST = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'];

export const isWorkload = ({ kind = '' }: KubernetesObject): boolean => LAST.includes(kind);

/** Objects in the order in which they can be applied, in groups: a group must be applied before the next. */
export function inOrder(objects: readonly KubernetesObject[]): readonly (readonly KubernetesObject[])[] {
  const rank = ({ kind = '' }: KubernetesObject) => (FIRST.includes(kind) ? FIRST.indexOf(kind) : LAST.includes(kind) ? 100 : 50);
  const ranks = [...new Set(objects.map(rank))].sort((a, b) => a - b);
  return ranks.map((wanted) => objects.filter((object) => rank(object) === wanted));
}
