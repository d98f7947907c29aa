import type { MeshObject } from '../../object.ts';
import type { Environment } from '../../topology/environment.ts';
import type { Service } from '../../topology/mesh.ts';
import { autoscalerOf, deploymentOf, disruptionBudgetOf, statefulSetOf } from './deployment.ts';
import { namespaceOf } from './namespace.ts';
import { denyAllNetworkPolicy, serviceNetworkPolicy } from './network-policy.ts';
import { serviceAccountOf, serviceOf } from './service.ts';

/** The objects that all services of the mesh share. */
export const namespaceObjects = ({ mesh }: Environment): readonly MeshObject[] => [namespaceOf(mesh), denyAllNetworkPolicy(mesh)];

/** The workload objects of one service. */
export function workloadsOf(environment: Environment, service: Service): readonly MeshObject[] {
  const { mesh } = environment;
  const pods = service.stateful
    ? [statefulSetOf(environment, service)]
    : service.versions.flatMap((version) => [deploymentOf(environment, service, version), autoscalerOf(environment, service, version)]);
  const all = [
    serviceAccountOf(mesh, service),
    serviceOf(mesh, service),
    disruptionBudgetOf(environment, service),
    serviceNetworkPolicy(mesh, service),
    ...pods,
  ];
  return all.filter((object) => object !== undefined);
}
