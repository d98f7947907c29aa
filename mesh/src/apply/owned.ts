import type { MeshObject } from '../checks/check.ts';
import { topologyOf } from '../render/ownership.ts';

/** Says that the shares of a running VirtualService were set by hand, and to what: `preview v1=50 v2=50`. */
export const SPLIT_ANNOTATION = 'mesh.platform/split';

/** Every object of a topology. */
export interface Desired {
  /** The topology's name: two in a cluster never prune each other. */
  readonly topology: string;
  readonly namespace: string;
  readonly objects: readonly MeshObject[];
}

/** The other topology that the object belongs to. */
export function foreignTopology(object: MeshObject, topology: string): string | undefined {
  const owner = topologyOf(object);
  return owner !== topology ? owner : undefined;
}

/** What a person changes with kubectl is drift, which is taken back; any other manager keeps what it owns. */
export const isPerson = (manager: string): boolean => manager.startsWith('kubectl');
