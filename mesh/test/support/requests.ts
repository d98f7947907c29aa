import type { Cluster } from '@mesh-platform/kubernetes';
import { podOf } from './cluster.ts';

/** How requests went: by the version that answered, or by what failed. */
export type Counts = Readonly<Record<string, number>>;

/** The requests that both callers have sent since it was asked last: 100 a second together, half of them through the gateway. */
export async function requestsSince(cluster: Cluster, namespace: string): Promise<Counts> {
  const all = await Promise.all(['caller', 'outside'].map((app) => countsOf(cluster, namespace, app)));
  const sum: Record<string, number> = {};
  for (const [word, count] of all.flatMap((counts) => Object.entries(counts))) sum[word] = (sum[word] ?? 0) + count;
  return sum;
}

const countsOf = (cluster: Cluster, namespace: string, app: string): Promise<Counts> => askCaller(cluster, namespace, app, '/');

/** The JSON that a caller of the small topology answers to a path. */
export async function askCaller<T>(cluster: Cluster, namespace: string, app: string, path: string): Promise<T> {
  const connection = await cluster.connect(namespace, await podOf(cluster, namespace, app), 8080);
  try {
    return JSON.parse(await connection.get(path, AbortSignal.timeout(10_000))) as T;
  } finally {
    connection.close();
  }
}

export const failuresIn = (counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).filter(([word]) => word.startsWith('failed')));

export const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Waits until that many requests have been answered, and gives how. */
export async function requests(cluster: Cluster, namespace: string, count: number): Promise<Counts> {
  const end = AbortSignal.timeout(30_000);
  let sum: Record<string, number> = {};
  while (total(sum) < count) {
    end.throwIfAborted();
    for (const [word, more] of Object.entries(await requestsSince(cluster, namespace))) sum = { ...sum, [word]: (sum[word] ?? 0) + more };
  }
  return sum;
}
