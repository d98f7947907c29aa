import { type Cluster, type KubernetesObject, nameOf } from '@mesh-platform/kubernetes';
import { waitFor } from '../process/wait.ts';

/** Resolves when a deleted object is no longer there: its finalizers may take their time. Throws after `timeout` milliseconds. */
export const untilDeleted = (cluster: Cluster, object: KubernetesObject, timeout: number): Promise<true> =>
  waitFor(`the end of ${nameOf(object)}`, async () => ((await cluster.read(object)) ? undefined : true), { timeout, every: 500 });
