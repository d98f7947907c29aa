import type { V1Container, V1ContainerStatus, V1PodSpec, V1PodStatus } from '@kubernetes/client-node';
import { PROXY } from './istio-names.ts';
import { isTerminating, type LiveObject } from './object.ts';

type Fields<T> = { readonly [Field in keyof T]: T[Field] };

/** A pod as the API server gives it: a field of its specification or status may be missing while the pod is being made. */
export interface Pod extends LiveObject {
  readonly spec?: Partial<Fields<V1PodSpec>>;
  readonly status?: Fields<V1PodStatus>;
}

/** What has conditions: a pod, a node. */
interface Conditioned {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Whether its condition `Ready` is true. A pod that is terminating may be ready. */
export const isReady = ({ status }: Conditioned): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;

/** The containers that it declares, init containers first. */
export const containersOf = ({ spec }: Pod): readonly V1Container[] => [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];

/** The status of each container that the kubelet has reported, init containers first. */
export const containerStatusesOf = ({ status }: Pod): readonly V1ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

/** Restarts of all of its containers. */
export const restartsOf = (pod: Pod): number => containerStatusesOf(pod).reduce((sum, { restartCount }) => sum + restartCount, 0);

/** Whether its proxy runs and the pod is not terminating. */
export const runsProxy = (pod: Pod): boolean =>
  !isTerminating(pod) && containerStatusesOf(pod).some(({ name, state }) => name === PROXY && state?.running !== undefined);

/** The pod among those of all namespaces: `platform/web-v1-…`. */
export const podKey = ({ metadata }: Pod): string => `${metadata?.namespace}/${metadata?.name}`;
