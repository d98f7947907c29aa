export { Cluster, type KubernetesObject, type LiveObject, nameOf } from './cluster.ts';
export { type ImageReferences, inOrder, isWorkload, readManifest, readManifests, withImages } from './manifests.ts';
export { ApplyConflict, type FieldConflict } from './object-api.ts';
export { inParallel } from './parallel.ts';
export { messageOf, NotPermittedError, PlatformError, UsageError } from './platform-error.ts';
export type { PodConnection } from './pod-connection.ts';
export { type LogLine, type LogOptions, type LogSource, readPodLog } from './pod-logs.ts';
export { type Progress, silent } from './progress.ts';
export { isComplete, type RolloutOptions, replaceBroken, rolledOut, type Workload, type WorkloadKind } from './rollout.ts';
