import { type MeshObject, owned } from '../object.ts';
import type { Environment } from '../topology/environment.ts';
import type { Service } from '../topology/mesh.ts';
import { type Patch, patched } from './patches.ts';
import { autoscalerOf, deploymentOf, disruptionBudgetOf, statefulSetOf } from './pods.ts';
import { policiesOf } from './policies.ts';
import { denyAllNetworkPolicy, namespaceOf, serviceAccountOf, serviceNetworkPolicy, serviceOf } from './services.ts';
import { yamlOf } from './yaml.ts';

/** Everything of a mesh in an environment, by its file. */
export interface Rendered {
  /** `policies.yaml`, `web.yaml`: in the order in which they can be applied. */
  readonly files: ReadonlyMap<string, readonly MeshObject[]>;
  readonly objects: readonly MeshObject[];
}

/** The Kubernetes objects of an environment. The same topology gives the same objects, in the same order. */
export function render(environment: Environment, patches: readonly Patch[] = []): Rendered {
  const { mesh } = environment;
  const own = (objects: readonly MeshObject[]) => objects.map((object) => owned(object, mesh.name));
  const files = new Map<string, readonly MeshObject[]>([
    ['namespace.yaml', own(namespaceObjects(environment))],
    ['policies.yaml', own(policiesOf(environment))],
    ...[...mesh.services.values()].map(
      (service) => [`${service.name}.yaml`, patched(own(workloadsOf(environment, service)), patches)] as const,
    ),
  ]);
  return { files, objects: [...files.values()].flat() };
}

/** The text of each file. */
export const renderYaml = ({ files }: Rendered): ReadonlyMap<string, string> =>
  new Map([...files].map(([file, objects]) => [file, yamlOf(objects)]));

/** The objects that all services of the mesh share. */
const namespaceObjects = ({ mesh }: Environment): readonly MeshObject[] => [namespaceOf(mesh), denyAllNetworkPolicy(mesh)];

/** The workload objects of one service. */
function workloadsOf(environment: Environment, service: Service): readonly MeshObject[] {
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
