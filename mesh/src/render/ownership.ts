import type { MeshObject } from '../checks/check.ts';

/** Who writes the fields that a topology declares. */
export const FIELD_MANAGER = 'mesh';
const MANAGED_BY = 'app.kubernetes.io/managed-by';
const TOPOLOGY = 'mesh.platform/topology';

/** The labels of everything that a topology owns in a cluster: two topologies never prune each other's objects. */
export const ownedLabels = (topology: string): Readonly<Record<string, string>> => ({ [MANAGED_BY]: 'mesh', [TOPOLOGY]: topology });

/** As a selector of the API server's. */
export const ownedSelector = (topology: string): string =>
  Object.entries(ownedLabels(topology))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');

export const owned = (topology: string, object: MeshObject): MeshObject => ({
  ...object,
  metadata: { ...object.metadata, labels: { ...object.metadata?.labels, ...ownedLabels(topology) } },
});
