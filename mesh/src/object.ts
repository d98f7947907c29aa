import type { KubernetesObject } from '@mesh-platform/kubernetes';

/** An object as YAML gives it: nothing about it is believed yet. */
export interface MeshObject extends KubernetesObject {
  readonly spec?: unknown;
}

/** Fields that nothing is known about. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value has fields: neither a list nor null. */
export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object of Kubernetes' own kinds. */
export const kubernetesObject = (
  apiVersion: string,
  kind: string,
  metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> },
  rest: Readonly<Record<string, unknown>>,
): MeshObject => ({ apiVersion, kind, metadata: { ...metadata, ...(metadata.labels ? { labels: { ...metadata.labels } } : {}) }, ...rest });

const groupOf = ({ apiVersion = '' }: KubernetesObject): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

/** `networking.istio.io VirtualService`: versions of an API mean the same, kinds of two groups do not. */
export const groupKind = (object: KubernetesObject): string => `${groupOf(object)} ${object.kind ?? ''}`;

/** The same object, whatever version of its API names it. */
export const identityOf = (object: KubernetesObject): string =>
  [groupOf(object), object.kind, object.metadata?.namespace ?? '', object.metadata?.name].join('|');

export const isIstio = (object: KubernetesObject): boolean => groupOf(object).endsWith('.istio.io');

/** The source of an object. */
export interface Origin {
  readonly file: string;
  /** The first line, from 1. */
  readonly line: number;
}

const origins = new WeakMap<object, Origin>();

export const setOrigin = (object: object, origin: Origin): void => void origins.set(object, origin);

/** Undefined for an object that no file gave. */
export const originOf = (object: object): Origin | undefined => origins.get(object);

/** Under this name the API server notes which fields are the topology's. */
export const FIELD_MANAGER = 'mesh';

const MANAGED_BY = 'app.kubernetes.io/managed-by';
const TOPOLOGY = 'mesh.platform/topology';

/** The labels of everything that a topology owns in a cluster: two topologies never prune each other's objects. */
export const ownedLabels = (topology: string): Readonly<Record<string, string>> => ({ [MANAGED_BY]: 'mesh', [TOPOLOGY]: topology });

/** The selector that finds it again. */
export const ownedSelector = (topology: string): string =>
  Object.entries(ownedLabels(topology))
    .map(([label, value]) => `${label}=${value}`)
    .join(',');

/** Whether the object has the labels of this owner. */
export const isOwnedBy = ({ metadata }: KubernetesObject, topology: string): boolean =>
  Object.entries(ownedLabels(topology)).every(([label, value]) => metadata?.labels?.[label] === value);

/** The object with the labels of its owner. */
export const owned = (object: MeshObject, topology: string): MeshObject => ({
  ...object,
  metadata: { ...object.metadata, labels: { ...object.metadata?.labels, ...ownedLabels(topology) } },
});

/** The topology that an object belongs to. */
export const topologyOf = ({ metadata }: MeshObject): string | undefined => metadata?.labels?.[TOPOLOGY];
