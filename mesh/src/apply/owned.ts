import type { MeshObject } from '../checks/check.ts';

/** Under this name the API server notes which fields are the topology's. */
export const FIELD_MANAGER = 'mesh';

/** Says that the shares of a running VirtualService were set by hand, and to what: `preview v1=50 v2=50`. */
export const SPLIT_ANNOTATION = 'mesh.platform/split';

const MANAGED_BY = 'app.kubernetes.io/managed-by';
const TOPOLOGY = 'mesh.platform/topology';

/** Every object of a topology. */
export interface Desired {
  /** The topology's name: two in a cluster never prune each other. */
  readonly topology: string;
  readonly namespace: string;
  readonly objects: readonly MeshObject[];
}

/** The labels of what a topology owns. */
export const ownedLabels = (topology: string): Readonly<Record<string, string>> => ({ [MANAGED_BY]: 'mesh', [TOPOLOGY]: topology });

/** The selector that finds it again. */
export const ownedSelector = (topology: string): string =>
  Object.entries(ownedLabels(topology))
    .map(([label, value]) => `${label}=${value}`)
    .join(',');

/** The object with the labels of its owner. */
export const owned = (object: MeshObject, topology: string): MeshObject => ({
  ...object,
  metadata: { ...object.metadata, labels: { ...object.metadata?.labels, ...ownedLabels(topology) } },
});

/** The other topology that the object belongs to. */
export function foreignTopology({ metadata }: MeshObject, topology: string): string | undefined {
  const owner = metadata?.labels?.[TOPOLOGY];
  return owner !== undefined && owner !== topology ? owner : undefined;
}

/** What a person changes with kubectl is drift, which is taken back; any other manager keeps what it owns. */
export const isPerson = (manager: string): boolean => manager.startsWith('kubectl');
