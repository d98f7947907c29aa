export { Cluster, type KubernetesObject, type LiveObject, nameOf } from './cluster.ts';
export { type ImageReferences, inOrder, isWorkload, readManifest, readManifests, withImages } from './manifests.ts';
export { messageOf, PlatformError } from './platform-error.ts';
export { isComplete, replaceBroken, rolledOut, type Workload, type WorkloadKind } from './rollout.ts';
