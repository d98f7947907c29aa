import type { MeshObject } from '../check/check.ts';

/** Under this name the API server notes which fields are the topology's. */
export const FIELD_MANAGER = 'mesh';

const MANAGED_BY = 'app.kubernetes.io/managed-by';
const TOPOLOGY = 'mesh.platform/topology';

/** The labels of everything that a topology owns in a cluster: two topologies never prune each other's objects. */
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

/** The topology that an object belongs to. */
export const topologyOf = ({ metadata }: MeshObject): string | undefined => metadata?.labels?.[TOPOLOGY];
