import type { KubernetesObject, LiveObject } from '@mesh-platform/kubernetes';
import { FIELD_MANAGER } from '@mesh-platform/mesh';
import type { Stage } from '../check.ts';

/** Restores the routes as they are now, which need not be those of the file, when the check ends. */
export async function keepRoutes({ cluster, environment, cleanup }: Pick<Stage, 'cluster' | 'environment' | 'cleanup'>): Promise<void> {
  const routes = await cluster.list<LiveObject>('networking.istio.io/v1', 'VirtualService', environment.mesh.namespace);
  cleanup(() => cluster.apply(routes.filter(isOwned).map(asDeclared), FIELD_MANAGER));
}

const isOwned = ({ metadata }: LiveObject): boolean =>
  (metadata as { managedFields?: readonly { manager?: string }[] } | undefined)?.managedFields?.some(
    ({ manager }) => manager === FIELD_MANAGER,
  ) ?? false;

const asDeclared = ({ apiVersion, kind, metadata, spec }: LiveObject): KubernetesObject => {
  const { name = '', namespace = '', labels = {}, annotations = {} } = metadata ?? {};
  return { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec } as KubernetesObject;
};
