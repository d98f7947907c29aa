import { isAppliedBy, type KubernetesObject, type LiveObject } from '@mesh-platform/kubernetes';
import { FIELD_MANAGER } from '@mesh-platform/mesh';
import type { Stage } from '../check.ts';

/** Restores the routes as they are now, which need not be those of the file, when the check ends. */
export async function keepRoutes({ cluster, environment, cleanup }: Pick<Stage, 'cluster' | 'environment' | 'cleanup'>): Promise<void> {
  const routes = await cluster.list<LiveObject>('networking.istio.io/v1', 'VirtualService', environment.mesh.namespace);
  cleanup(() => cluster.apply(routes.filter((route) => isAppliedBy(route, FIELD_MANAGER)).map(asDeclared), FIELD_MANAGER));
}

const asDeclared = ({ apiVersion, kind, metadata, spec }: LiveObject): KubernetesObject => {
  const { name = '', namespace = '', labels = {}, annotations = {} } = metadata ?? {};
  return { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec } as KubernetesObject;
};
