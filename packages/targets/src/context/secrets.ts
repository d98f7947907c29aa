import { randomBytes } from 'node:crypto';
import type { Cluster, LiveObject } from '@mesh-platform/kubernetes';
import type { SecretKey } from '../target.ts';

interface Secret extends LiveObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** The value that the cluster has, whoever wrote it: what it protects was made with it. A new one where there is none. */
export async function clusterSecret(cluster: Cluster, namespace: string, { secret: name, key }: SecretKey): Promise<string> {
  const secret = await cluster.read<Secret>({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } });
  const value = secret?.data?.[key];
  return value === undefined ? randomBytes(24).toString('base64url') : Buffer.from(value, 'base64').toString();
}
