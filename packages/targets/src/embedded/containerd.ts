import { containersOf, IMAGE_REPOSITORY, type ImageReferences, isTerminating, type Pod } from '@mesh-platform/kubernetes';
import { run } from '../process/run.ts';
import type { Image } from './build/images.ts';
import { filesToGive } from './build/oci-layout.ts';
import { layout } from './node/layout.ts';
import { inNamespacesOf } from './node/namespaces.ts';

/** Gives files of a folder as a tar archive to a command. */
const giveFiles = 'folder=$1 files=$2; shift 2; tar --create --file=- --directory="$folder" $files | "$@"';

/** The container runtime of a running node, by its first process. */
export class Containerd {
  readonly #ctr: readonly string[];

  constructor(init: number) {
    this.#ctr = [...inNamespacesOf(init), 'ctr', '--address', layout.containerd, '--namespace', 'k8s.io'];
  }

  /** Every image of the node. */
  async images(): Promise<readonly HeldImage[]> {
    const rows = (await this.#run('images', 'list')).trim().split('\n').slice(1);
    const named = rows.map((row) => row.split(/\s+/)).map(([reference = '', , digest = '']) => ({ reference, digest }));
    return [...Map.groupBy(named, ({ digest }) => digest)].map(([digest, names]) => ({
      digest,
      references: names.map(({ reference }) => reference),
    }));
  }

  /** Reads an image of the cache into the node, without the layers that it has already; afterwards a pod can name it by its digest. */
  async import(image: Image): Promise<void> {
    const held = new Set((await this.#run('content', 'list', '--quiet')).trim().split('\n'));
    const files = (await filesToGive(image.layout, held)).join(' ');
    const take = [...this.#ctr, 'images', 'import', '--digests', '--base-name', `${IMAGE_REPOSITORY}/${image.name}`, '-'];
    await run('sh', ['-c', giveFiles, 'sh', image.layout, files, ...take], { timeout: 300_000 });
  }

  /** Forgets images by all of their names, and at once what no other image needs of them. */
  async remove(images: readonly HeldImage[]): Promise<void> {
    const references = images.flatMap((image) => image.references);
    if (references.length > 0) await this.#run('images', 'remove', '--sync', ...references);
  }

  #run(...args: string[]): Promise<string> {
    const [command = '', ...all] = [...this.#ctr, ...args];
    return run(command, all, { timeout: 60_000 });
  }
}

/** An image of a node, by all of its names. */
export interface HeldImage {
  readonly digest: string;
  readonly references: readonly string[];
}

/**
 * Images that a node no longer needs: earlier images of what it keeps, and images that were pulled from its registry and
 * that no pod runs. Every other image stays.
 */
export function staleImages(
  held: readonly HeldImage[],
  keep: ImageReferences,
  pods: readonly Pod[],
  registry: string,
): readonly HeldImage[] {
  const wanted = new Set([...keep.values(), ...pods.flatMap(imagesOf)]);
  const ours = [...[...keep.keys()].flatMap((name) => [`${IMAGE_REPOSITORY}/${name}@`, `${IMAGE_REPOSITORY}/${name}:`]), `${registry}/`];
  const isOurs = (reference: string) => ours.some((start) => reference.startsWith(start));
  return held.filter(({ references }) => references.some(isOurs) && !references.some((reference) => wanted.has(reference)));
}

/** A pod that is about to end starts no container any more. */
const imagesOf = (pod: Pod): string[] => (isTerminating(pod) ? [] : containersOf(pod).map(({ image }) => image ?? ''));
