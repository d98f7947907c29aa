import { Cluster, type LiveObject } from '@mesh-platform/kubernetes';

/** The API server of the running target. */
export const kubeconfig = (): string => {
  const file = process.env.PLATFORM_KUBECONFIG;
  if (!file) throw new Error('run these tests with ./platform test e2e');
  return file;
};

export const connect = (): Cluster => Cluster.fromKubeconfig(kubeconfig());

export { runningImage as nodeImage } from '@mesh-platform/kubernetes';

/** The name of a pod of an app that is not about to end. */
export async function podOf(cluster: Cluster, namespace: string, app: string): Promise<string> {
  const pods = await cluster.list<LiveObject>('v1', 'Pod', namespace, `app=${app}`);
  const name = pods.find(({ metadata }) => !metadata?.deletionTimestamp)?.metadata?.name;
  if (!name) throw new Error(`${app} has no pod in ${namespace}`);
  return name;
}

const namespaceOf = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** Deletes a namespace with all that is in it. It ends while the next file runs: even an empty one takes the API server 5 s. */
export const deleteNamespace = (cluster: Cluster, name: string): Promise<void> => cluster.delete(namespaceOf(name));

/** The same, and waits until it is gone, that many milliseconds at most: before it is made again, since a run that was interrupted may have left it. */
export async function removeNamespace(cluster: Cluster, name: string, most = 100_000): Promise<void> {
  await deleteNamespace(cluster, name);
  await cluster.untilDeleted(namespaceOf(name), AbortSignal.timeout(most));
}
