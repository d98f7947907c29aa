import { randomBytes } from 'node:crypto';
import type { Cluster } from '@mesh-platform/kubernetes';
import { gatewayReady } from '../istio/control-plane.ts';
import type { RunningTarget, SecretKey } from '../target.ts';

interface Parts extends Pick<RunningTarget, 'name' | 'environment' | 'kubeconfig' | 'cluster' | 'gatewayUrl' | 'wayIn'> {
  /** The platform's. */
  readonly namespace: string;
}

/** A cluster that the platform does not run. */
export const runningContext = ({ namespace, ...parts }: Parts): RunningTarget => ({
  ...parts,
  registry: undefined,
  pruneImages: async () => {}, // images of a cluster belong to those who run it
  secret: (_name, stored) => clusterSecret(parts.cluster, namespace, stored),
  gatewayReady: (onPodProblem) => gatewayReady(parts.cluster, onPodProblem),
  whileItRuns: (work) => work,
  components: async () => [],
});

/** The value that the cluster has, whoever wrote it: what it protects was made with it. A new one where there is none. */
export async function clusterSecret(cluster: Cluster, namespace: string, { secret: name, key }: SecretKey): Promise<string> {
  const secret = await cluster.read({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } });
  const value = secret?.data?.[key];
  return value === undefined ? randomBytes(24).toString('base64url') : Buffer.from(value, 'base64').toString();
}
