import { type Cluster, containerStatusesOf, isReady, nameOf, type Pod } from '@mesh-platform/kubernetes';
import { waitFor } from '../process/wait.ts';

/** Seen: 8 s, on 2 busy processors. */
const REPORTED_MS = 120_000;

/** Resolves when the kubelet has reported every pod since the node started: until then pods that ended with it are still reported as ready. */
export async function podsAreCurrent(cluster: Cluster, nodeStartedAt: number): Promise<void> {
  await waitFor(
    'the status of the pods since the node started',
    async () => {
      const stale = (await cluster.list<Pod>('v1', 'Pod')).filter((pod) => isStale(pod, nodeStartedAt));
      if (stale.length > 0) throw new Error(`not yet reported: ${stale.map(nameOf).join(', ')}`);
      return true;
    },
    { timeout: REPORTED_MS, every: 500 },
  );
}

/** The API server rounds down to seconds. */
const isStale = (pod: Pod, nodeStartedAt: number): boolean =>
  isReady(pod) &&
  containerStatusesOf(pod).some(
    ({ state }) => state?.running?.startedAt && new Date(state.running.startedAt).getTime() + 1_000 <= nodeStartedAt,
  );
