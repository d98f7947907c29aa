import { type KubernetesObject, rolledOut } from '@mesh-platform/kubernetes';
import type { RunningTarget } from '@mesh-platform/targets';
import { generatedSecrets } from '../../services/environment.ts';
import { withRunningImages } from '../../services/running-images.ts';
import { localEnvironment, NAMESPACE } from '../../services/topology.ts';

const WITHOUT_MESH = 'mesh-without';
const FIELD_MANAGER = 'mesh-platform-bench';
const ROLLOUT_MS = 180_000;
/** The kinds of the workloads and of their dependencies, without those of the mesh and without network policies. */
const KINDS = ['ServiceAccount', 'Service', 'ConfigMap', 'Deployment', 'StatefulSet'];

/** The node's ports at which the services can be reached that have no proxy. */
export const nodePorts = { preview: 30091, postgres: 30092 } as const;

/** Deploys the platform a second time, next to the first: the same images, replicas and resources, without sidecars and policies. */
export async function applyWithoutMesh(target: RunningTarget): Promise<void> {
  const { environment, rendered } = await localEnvironment();
  const objects = await withRunningImages(rendered.objects, target.cluster);
  const copies = objects
    .filter(({ kind = '' }) => KINDS.includes(kind))
    .map(moved)
    .map(forgetful);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: WITHOUT_MESH } };
  await target.cluster.apply([namespace], FIELD_MANAGER);
  await target.cluster.apply((await generatedSecrets(target, environment.mesh)).map(moved), FIELD_MANAGER);
  await target.cluster.apply([...copies, ...entries()], FIELD_MANAGER);
  await ready(target, copies);
}

interface StatefulSetSpec {
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  readonly template: { readonly spec: { readonly volumes?: readonly object[] } };
}

/** The same with a volume that ends with the pod: the node has none to keep but the platform's own. */
function forgetful(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'StatefulSet') return object;
  const { volumeClaimTemplates = [], template, ...spec } = (object as { spec?: StatefulSetSpec }).spec as StatefulSetSpec;
  const volumes = [...(template.spec.volumes ?? []), ...volumeClaimTemplates.map(({ metadata: { name } }) => ({ name, emptyDir: {} }))];
  return { ...object, spec: { ...spec, template: { ...template, spec: { ...template.spec, volumes } } } } as KubernetesObject;
}

/** An object in the other namespace, without the labels of the mesh. */
function moved<T extends KubernetesObject>(object: T): T {
  const { 'app.kubernetes.io/managed-by': _manager, 'mesh.platform/topology': _topology, ...labels } = object.metadata?.labels ?? {};
  return { ...object, metadata: { ...object.metadata, namespace: WITHOUT_MESH, labels } };
}

const entries = (): KubernetesObject[] => [entry('preview', 8080, nodePorts.preview), entry('postgres', 5432, nodePorts.postgres)];

const entry = (app: string, port: number, nodePort: number): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${app}-entry`, namespace: WITHOUT_MESH },
    spec: { type: 'NodePort', selector: { app }, ports: [{ port, nodePort }] },
  }) as KubernetesObject;

function ready({ cluster }: RunningTarget, objects: readonly KubernetesObject[]): Promise<void> {
  const workloads = objects.flatMap(({ kind, metadata }) =>
    kind === 'Deployment' || kind === 'StatefulSet' ? [{ kind, name: metadata?.name ?? '' } as const] : [],
  );
  return rolledOut(cluster, WITHOUT_MESH, workloads, ROLLOUT_MS);
}

/** Its namespace in the mesh, whose proxies are measured. */
export const WITH_MESH = NAMESPACE;
