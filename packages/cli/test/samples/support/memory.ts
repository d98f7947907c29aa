import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cluster, GATEWAY, ISTIO_NAMESPACE, type LiveObject } from '@mesh-platform/kubernetes';

/** The folder of the memory control groups: version 1 has a hierarchy for memory. */
async function memoryRoot(): Promise<string> {
  const names = await readdir('/sys/fs/cgroup');
  return names.includes('memory') ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup';
}

/** Anonymous memory of the group's processes, in bytes: the kernel's file cache is no growth. */
async function anonymousBytes(folder: string): Promise<number> {
  const stat = await readFile(join(folder, 'memory.stat'), 'utf8');
  const [, bytes] = /^(?:total_rss|anon) (\d+)$/m.exec(stat) ?? [];
  return Number(bytes);
}

/** The memory in bytes that is watched for growth: of the node's own processes, istiod, and the proxy of each pod that stays. */
export async function memoryOf(instance: string, cluster: Cluster): Promise<Readonly<Record<'node' | 'istiod' | 'gateway', number>>> {
  const root = join(await memoryRoot(), 'mesh-platform', instance);
  const namespaces = [ISTIO_NAMESPACE, GATEWAY.namespace];
  const pods = (await Promise.all(namespaces.map((namespace) => cluster.list<LiveObject>('v1', 'Pod', namespace)))).flat();
  const podBytes = async (app: string) => {
    const uid = pods.find(({ metadata }) => metadata?.labels?.app === app && !metadata?.deletionTimestamp)?.metadata?.uid ?? '';
    const folder = await podFolder(join(root, 'kubepods'), uid);
    return folder ? anonymousBytes(folder) : 0;
  };
  const [all, inPods, istiod, gateway] = await Promise.all([
    anonymousBytes(root),
    anonymousBytes(join(root, 'kubepods')),
    podBytes('istiod'),
    podBytes(GATEWAY.name),
  ]);
  return { node: all - inPods, istiod, gateway };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function podFolder(root: string, uid: string): Promise<string | undefined> {
  const folders = [root, join(root, 'burstable'), join(root, 'besteffort')];
  for (const folder of folders) {
    if (await exists(join(folder, `pod${uid}`))) return join(folder, `pod${uid}`);
  }
  return undefined;
}
