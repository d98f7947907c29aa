import type { KubernetesObject } from '@kubernetes/client-node';

/** Any object as the API server gives it. */
export interface LiveObject extends KubernetesObject {
  readonly spec?: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
  /** Of a ConfigMap; of a Secret, in base64. */
  readonly data?: Readonly<Record<string, string>>;
}

/** `Deployment platform/web-v1`; `Job platform/migrate-…` where the API server completes the name. */
export const nameOf = ({ kind, metadata: { name, namespace, generateName } = {} }: KubernetesObject): string =>
  `${kind} ${namespace ? `${namespace}/` : ''}${name ?? (generateName ? `${generateName}…` : name)}`;

/** Whether it is deleted, and goes on until its finalizers are removed; a pod, until its containers have ended. */
export const isTerminating = ({ metadata }: KubernetesObject): boolean => Boolean(metadata?.deletionTimestamp);

/** Whether this field manager applied it, with server-side apply. */
export const isAppliedBy = ({ metadata }: KubernetesObject, fieldManager: string): boolean =>
  metadata?.managedFields?.some(({ manager, operation }) => manager === fieldManager && operation === 'Apply') ?? false;
