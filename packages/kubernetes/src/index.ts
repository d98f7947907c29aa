export { Cluster, type KubernetesObject, type LiveObject, nameOf } from './cluster.ts';
export { type ImageReferences, inOrder, isWorkload, readManifest, readManifests, withImages } from './manifests.ts';
export { ApplyConflict, type FieldConflict } from './object-api.ts';
export { inParallel } from './parallel.ts';
export { messageOf, NotPermittedError, PlatformError, UsageError } from './platform-error.ts';
export type { PodConnection } from './pod-connection.ts';
export { isComplete, replaceBroken, rolledOut, type Workload, type WorkloadKind } from './rollout.ts';
