import { type ImageReferences, type KubernetesObject, nameOf, type Progress, withImages } from '@mesh-platform/kubernetes';
import { apply, FIELD_MANAGER, type LoadedEnvironment, type PlannedObject, plan } from '@mesh-platform/mesh';
import type { RunningTarget } from '@mesh-platform/targets';
import { withRunningImages } from './mesh-place.ts';

export const NAMESPACE = 'platform';
const SECRETS_MANAGER = 'mesh-platform';

/** Applies the platform and waits until it runs: policies before the workloads that they protect. */
export async function applyPlatform(
  target: RunningTarget,
  platform: LoadedEnvironment,
  images: ImageReferences,
  progress: Progress,
): Promise<void> {
  const { file, rendered } = platform;
  const desired = desiredOf(platform, withImages(file, rendered.objects, images));
  // Before there is a namespace: into an empty cluster, nothing need be asked object by object.
  const planned = await plan(target.cluster, desired);
  const namespaces = rendered.objects.filter(({ kind }) => kind === 'Namespace');
  await target.cluster.apply(namespaces, FIELD_MANAGER); // the secrets lie in it
  await target.cluster.apply(await generatedSecrets(target), SECRETS_MANAGER);
  const { objects } = await apply(target.cluster, desired, { progress, plan: planned });
  for (const { object, action, conflicts } of objects)
    if (action === 'conflict')
      progress.say(`${nameOf(object)} is left as it is: it belongs to ${conflicts.map(({ manager }) => manager).join(', ')}`);
  await progress.step('the gateway', () => target.gatewayReady((line) => progress.say(line)));
}

/** How the policies of the cluster differ from the topology: the objects, and the shares that were split by hand. `up` takes them back. */
export async function policyDrift({ cluster }: RunningTarget, platform: LoadedEnvironment): Promise<readonly string[]> {
  const { objects } = await plan(cluster, desiredOf(platform, await withRunningImages(platform.rendered.objects, cluster)));
  return objects
    .filter(({ action, object: { apiVersion = '' } }) => action !== 'unchanged' && apiVersion.includes('.istio.io/'))
    .map(inWords);
}

const inWords = ({ object, split }: PlannedObject): string => `${nameOf(object)}${split ? ` (split ${split})` : ''}`;

const desiredOf = ({ environment: { mesh } }: LoadedEnvironment, objects: LoadedEnvironment['rendered']['objects']) => ({
  topology: mesh.name,
  namespace: mesh.namespace,
  objects,
});

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
