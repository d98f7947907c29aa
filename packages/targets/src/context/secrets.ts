import { randomBytes } from 'node:crypto';
import type { Cluster, KubernetesObject, LiveObject } from '@mesh-platform/kubernetes';

const FIELD_MANAGER = 'mesh-platform';
const header = (namespace: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mesh-platform-generated', namespace } });

interface Secret extends LiveObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** A password that the cluster keeps, so that everybody who runs `up` on it uses the same; made at its first use. */
export async function clusterSecret(cluster: Cluster, namespace: string, name: string): Promise<string> {
  const known = async () => {
    const value = (await cluster.read<Secret>(header(namespace)))?.data?.[name];
    return value === undefined ? undefined : Buffer.from(value, 'base64').toString();
  };
  const before = await known();
  if (before !== undefined) return before;
  const made = { ...header(namespace), type: 'Opaque', stringData: { [name]: randomBytes(24).toString('base64url') } };
  // Each name has a manager of its own: applying one does not take another away.
  await cluster.apply([made as KubernetesObject], `${FIELD_MANAGER}-${name}`);
  return (await known()) ?? '';
}
