import {
  type ImageReferences,
  inOrder,
  isWorkload,
  type KubernetesObject,
  nameOf,
  replaceBroken,
  rolledOut,
  type Workload,
  type WorkloadKind,
  withImages,
} from '@mesh-platform/kubernetes';
import { FIELD_MANAGER, type LoadedEnvironment, type MeshObject } from '@mesh-platform/mesh';
import type { Progress, RunningTarget } from '@mesh-platform/targets';

const ROLLOUT_MS = 180_000;
export const NAMESPACE = 'platform';

/** Applies the platform and waits until it runs: policies before the workloads that they protect. */
export async function applyPlatform(
  target: RunningTarget,
  { file, rendered }: LoadedEnvironment,
  images: ImageReferences,
  progress: Progress,
): Promise<void> {
  const objects = [...withImages(file, rendered.objects, images), ...(await generatedSecrets(target))];
  await progress.step('the platform: policies and workloads', async () => {
    for (const group of inOrder(objects)) await target.cluster.apply(group, FIELD_MANAGER);
    await replaceBroken(target.cluster, NAMESPACE);
  });
  await progress.step('the platform: pods', () =>
    Promise.all([rolledOut(target.cluster, NAMESPACE, workloadsOf(objects), ROLLOUT_MS), target.gatewayReady()]),
  );
}

/** Policies that the cluster has otherwise than the topology says; `up` takes them back. */
export async function driftedPolicies({ cluster }: RunningTarget, { rendered }: LoadedEnvironment): Promise<readonly string[]> {
  return (await cluster.wouldChange(rendered.objects.filter(isPolicy), FIELD_MANAGER)).map(nameOf);
}

const isPolicy = ({ apiVersion = '' }: MeshObject): boolean => apiVersion.includes('.istio.io/');

const workloadsOf = (objects: readonly KubernetesObject[]): Workload[] =>
  objects.filter(isWorkload).map(({ kind, metadata }) => ({ kind: kind as WorkloadKind, name: metadata?.name ?? '' }));

/** The secrets that no file declares: generated on this machine, kept with the documents that they protect. */
export const generatedSecrets = async (target: Pick<RunningTarget, 'secret'>): Promise<KubernetesObject[]> => [
  secret('postgres-core', 'postgres', { password: await target.secret('postgres-core-password') }),
  secret('core-cursor-key', 'core', { key: await target.secret('core-cursor-key') }),
];

const secret = (name: string, app: string, stringData: Readonly<Record<string, string>>): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: NAMESPACE, labels: { app } },
    type: 'Opaque',
    stringData,
  }) as KubernetesObject;
