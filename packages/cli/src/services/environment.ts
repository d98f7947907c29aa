import { join } from 'node:path';
import {
  checkout,
  type ImageReferences,
  inOrder,
  isWorkload,
  type KubernetesObject,
  nameOf,
  type Progress,
  type RunningTarget,
  readManifests,
  replaceBroken,
  rolledOut,
  type Workload,
  type WorkloadKind,
} from '@mesh-platform/targets';
import { releaseName, releases } from './releases.ts';

const FIELD_MANAGER = 'mesh-platform';
const ROLLOUT_MS = 180_000;
export const NAMESPACE = 'platform';

/** The folder of the platform's objects. */
export const manifests = join(checkout, 'deploy/local');

/** Applies the platform and waits until it runs: policies before the workloads that they protect. */
export async function applyPlatform(target: RunningTarget, images: ImageReferences, progress: Progress): Promise<void> {
  const objects = [...(await readManifests(manifests, images)), ...(await generatedSecrets(target))];
  await progress.step('the platform: policies and workloads', async () => {
    for (const group of inOrder(objects)) await target.cluster.apply(group, FIELD_MANAGER);
    for (const pod of await replaceBroken(target.cluster, NAMESPACE)) progress.say(`mended: pod ${pod} could not start; it is made anew`);
  });
  await progress.step('the platform: pods', () =>
    Promise.all([
      rolledOut(target.cluster, NAMESPACE, workloadsOf(objects), ROLLOUT_MS, (line) => progress.say(line)),
      target.gatewayReady((line) => progress.say(line)),
    ]),
  );
}

/** Policies that the cluster has otherwise than their files say; `up` takes them back. */
export async function driftedPolicies({ cluster }: RunningTarget): Promise<readonly string[]> {
  const anyImage = new Map([...releases.map(releaseName), 'postgres'].map((name) => [name, name]));
  const policies = (await readManifests(manifests, anyImage)).filter(({ apiVersion }) => apiVersion?.includes('.istio.io/'));
  return (await cluster.wouldChange(policies, FIELD_MANAGER)).map(nameOf);
}

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
