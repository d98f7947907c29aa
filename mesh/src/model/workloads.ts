import type { MeshObject } from '../object.ts';
import { type Fields, fields, type Labels, labels, type Named, named, number, records, specOf, text } from './fields.ts';

/** Kinds with a template of pods, or that are one. */
export const WORKLOAD_KINDS: readonly string[] = [
  'apps Deployment',
  'apps StatefulSet',
  'apps DaemonSet',
  'apps ReplicaSet',
  'batch Job',
  'batch CronJob',
  'argoproj.io Rollout',
  'apps.openshift.io DeploymentConfig',
  ' Pod',
];
/** Kinds of workloads outside of the cluster. */
export const EXTERNAL_KINDS: readonly string[] = ['networking.istio.io WorkloadEntry', 'networking.istio.io WorkloadGroup'];

export interface ContainerPort {
  readonly name: string;
  readonly number: number;
}

/** A workload: the fields of its pod template and its number of pods. */
export interface Workload extends Named {
  /** Of the pods. */
  readonly labels: Labels;
  readonly serviceAccount: string;
  /** Of every container; empty where the template declares none. */
  readonly ports: readonly ContainerPort[];
  /** At least this many pods. */
  readonly replicas: number;
  /** Ports that the kubelet asks of the containers themselves: numbers, or names of ports. */
  readonly probePorts: readonly (number | string)[];
  readonly annotations: Labels;
  readonly hostNetwork: boolean;
  /** Its template has Istio's proxy as its only container, as gateways do. */
  readonly isProxy: boolean;
  /** Containers, without Istio's own, that run as a user of this id; the paths are those of the template. */
  readonly users: readonly { readonly id: number; readonly path: string }[];
}

/** A DaemonSet has as many pods as there are nodes. */
const replicasIn = (kind: string, spec: Fields): number =>
  kind === 'DaemonSet' ? Number.POSITIVE_INFINITY : kind === 'Pod' ? 1 : (number(spec.replicas) ?? 1);

/** Reads a workload. `replicasOf` returns the minimum of its autoscaler. */
export function readWorkload(
  object: MeshObject,
  replicasOf: (kind: string, namespace: string, name: string) => number | undefined,
): Workload {
  const one = named(object);
  const spec = specOf(object);
  const kind = object.kind ?? '';
  const [template, path] = templateOf(object, spec);
  const pod = fields(template.spec);
  const metadata = fields(template.metadata);
  const containers = [...records(pod.containers), ...records(pod.initContainers).filter(({ restartPolicy }) => restartPolicy === 'Always')];
  return {
    ...one,
    labels: labels(metadata.labels),
    annotations: labels(metadata.annotations),
    serviceAccount: text(pod.serviceAccountName) ?? text(pod.serviceAccount) ?? 'default',
    ports: containers
      .flatMap(({ ports }) => records(ports))
      .map((port) => ({ name: text(port.name) ?? '', number: number(port.containerPort) ?? 0 })),
    replicas: replicasOf(kind, one.namespace, one.name) ?? replicasIn(kind, spec),
    probePorts: containers.flatMap(probePorts),
    hostNetwork: pod.hostNetwork === true,
    isProxy: containers.length > 0 && containers.every(({ name }) => name === PROXY_CONTAINER),
    users: usersOf(pod, path),
  };
}

/** The template of the pods, and the path of its `spec`. */
function templateOf(object: MeshObject, spec: Fields): readonly [template: Fields, path: string] {
  if (object.kind === 'Pod') return [object as Fields, 'spec'];
  if (object.kind === 'CronJob') return [fields(fields(fields(spec.jobTemplate).spec).template), 'spec.jobTemplate.spec.template.spec'];
  return [fields(spec.template), 'spec.template.spec'];
}

const PROXY_CONTAINER = 'istio-proxy';

function usersOf(pod: Fields, path: string): Workload['users'] {
  const userIn = ({ securityContext }: Fields) => number(fields(securityContext).runAsUser);
  return records(pod.containers).flatMap((container, index) => {
    if (container.name === PROXY_CONTAINER) return [];
    const own = userIn(container);
    const id = own ?? userIn(pod);
    return id === undefined ? [] : [{ id, path: `${path}${own === undefined ? '' : `.containers[${index}]`}.securityContext.runAsUser` }];
  });
}

const UNKNOWN_POD = { ports: [], probePorts: [], annotations: new Map<string, string>(), hostNetwork: false, isProxy: false, users: [] };

/** A WorkloadEntry, or the ones that a WorkloadGroup registers: Services select them as they do pods. https://istio.io/latest/docs/reference/config/networking/workload-entry/ */
export function readExternalWorkload(object: MeshObject): Workload {
  const spec = specOf(object);
  const [ofPods, endpoint] = object.kind === 'WorkloadGroup' ? [fields(spec.metadata), fields(spec.template)] : [spec, spec];
  const ports = Object.entries(fields(endpoint.ports)).flatMap(([name, port]) =>
    typeof port === 'number' ? [{ name, number: port }] : [],
  );
  const serviceAccount = text(endpoint.serviceAccount) ?? '';
  return { ...named(object), ...UNKNOWN_POD, labels: labels(ofPods.labels), serviceAccount, ports, replicas: 1 };
}

/** Whether a workload is of pods whose template is known. */
export const hasTemplate = ({ object }: Workload): boolean => object.kind !== 'WorkloadEntry' && object.kind !== 'WorkloadGroup';

/** Whether a workload answers no requests: a migration often carries the labels of a Service. */
export const isJob = ({ object }: Workload): boolean => object.kind === 'Job' || object.kind === 'CronJob';

function probePorts(container: Fields): readonly (number | string)[] {
  const probes = [container.readinessProbe, container.livenessProbe, container.startupProbe].map(fields);
  const ports = probes.map((probe) =>
    [probe.httpGet, probe.tcpSocket, probe.grpc].map((action) => fields(action).port).find((port) => port !== undefined),
  );
  return ports.filter((port) => typeof port === 'number' || typeof port === 'string');
}

/** The least number of pods that an autoscaler keeps, under the name of what it scales. */
export function autoscaled(objects: readonly MeshObject[]): ReadonlyMap<string, number> {
  return new Map(
    objects.map((object) => {
      const spec = specOf(object);
      const target = fields(spec.scaleTargetRef);
      return [`${text(target.kind)} ${named(object).namespace}/${text(target.name)}`, number(spec.minReplicas) ?? 1];
    }),
  );
}

/** The number of the port that a Service's `targetPort` means; undefined where the pods declare no port of that name. */
export const targetPortOf = (workload: Workload, target: number | string): number | undefined =>
  typeof target === 'number' ? target : workload.ports.find(({ name }) => name === target)?.number;
