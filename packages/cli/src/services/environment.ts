import { declaredSecrets, passwordSecret, requireDeclaredClients } from '@mesh-platform/infra';
import { type ImageReferences, type KubernetesObject, nameOf, type Progress, withImages } from '@mesh-platform/kubernetes';
import { apply, FIELD_MANAGER, type LoadedEnvironment, type Mesh, ownedLabels, plan, stillDraining } from '@mesh-platform/mesh';
import type { Removable, RunningTarget, Target } from '@mesh-platform/targets';
import { applyExtraManifests, extraManifests, removeExtraManifests } from './extra-manifests.ts';
import { NAMESPACE, platformIn } from './topology.ts';

const SECRETS_MANAGER = 'mesh-platform';

/** Applies the platform and waits until it runs: policies before the workloads that they protect. */
export async function applyPlatform(
  target: RunningTarget,
  platform: LoadedEnvironment,
  images: ImageReferences,
  progress: Progress,
): Promise<void> {
  requireDeclaredClients(platform);
  const { file, rendered } = platform;
  const desired = desiredOf(platform, withImages(file, rendered.objects, images));
  // Before the namespace exists: an empty cluster needs no query object by object.
  const planned = await plan(target.cluster, desired);
  const namespaces = rendered.objects.filter(({ kind }) => kind === 'Namespace');
  await target.cluster.apply(namespaces, FIELD_MANAGER); // the secrets are in it
  const extra = await extraManifests(target.environment, platform);
  await target.cluster.apply(await generatedSecrets(target, platform.environment.mesh, extra.objects), SECRETS_MANAGER);
  await applyExtraManifests(target.cluster, extra, progress);
  const { objects, draining } = await apply(target.cluster, desired, { progress, plan: planned });
  for (const { object, action, conflicts } of objects)
    if (action === 'conflict')
      progress.print(`${nameOf(object)} is left as it is: it belongs to ${conflicts.map(({ manager }) => manager).join(', ')}`);
  const open = stillDraining(draining);
  if (open) progress.print(open);
  await progress.step('the gateway', () => target.gatewayReady((line) => progress.print(line)));
}

/** The objects to delete from a cluster that stays: those with the topology's labels, in an order that cuts off no caller. Volumes stay. */
export async function removable(target: Pick<Target, 'environment'>, progress: Progress): Promise<Removable> {
  const name = await target.environment();
  const platform = await platformIn({ environment: name });
  const labels = Object.entries(ownedLabels(platform.environment.mesh.name));
  return {
    owns: ({ metadata }) => labels.every(([label, value]) => metadata?.labels?.[label] === value),
    remove: async ({ cluster }) => {
      await removeExtraManifests(cluster, await extraManifests(name, platform));
      const { objects } = await apply(cluster, desiredOf(platform, []), { progress });
      return objects.length > 0;
    },
  };
}

/** What a cluster is planned and applied with. */
export const desiredOf = ({ environment: { mesh } }: LoadedEnvironment, objects: LoadedEnvironment['rendered']['objects']) => ({
  topology: mesh.name,
  namespace: mesh.namespace,
  objects,
});

/** The secrets with a random value: generated once, kept with the documents that they protect. `declared` may name some that others make. */
export async function generatedSecrets(
  target: Pick<RunningTarget, 'secret'>,
  mesh: Pick<Mesh, 'services' | 'callersOf'>,
  declared: readonly KubernetesObject[] = [],
): Promise<KubernetesObject[]> {
  const external = declared.filter(({ kind }) => kind === 'ExternalSecret').map(({ metadata }) => metadata?.name);
  const ofServices = await declaredSecrets(mesh.services.values());
  const wanted = [...passwordsOf(mesh), ...ofServices.map(({ service: app, name, key }) => ({ name, app, key, from: name }))].filter(
    ({ name }) => !external.includes(name),
  );
  return Promise.all(
    wanted.map(async ({ name, app, key, from }) => secret(name, app, { [key]: await target.secret(from, { secret: name, key }) })),
  );
}

/** One for each service that calls one that keeps data. */
const passwordsOf = ({ services, callersOf }: Pick<Mesh, 'services' | 'callersOf'>) =>
  [...services.values()]
    .filter(({ stateful }) => stateful)
    .flatMap(({ name: app }) =>
      (callersOf.get(app) ?? []).map(({ from: client }) => {
        const name = passwordSecret(client);
        return { name, app, key: 'password', from: `${name}-password` };
      }),
    );

const secret = (name: string, app: string, stringData: Readonly<Record<string, string>>): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: NAMESPACE, labels: { app } },
    type: 'Opaque',
    stringData,
  }) as KubernetesObject;
