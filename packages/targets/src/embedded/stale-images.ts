import { containersOf, IMAGE_REPOSITORY, type ImageReferences, isTerminating, type Pod } from '@mesh-platform/kubernetes';

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
