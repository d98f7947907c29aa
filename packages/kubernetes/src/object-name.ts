import type { KubernetesObject } from '@kubernetes/client-node';

/** `Deployment platform/web-v1` */
export const nameOf = ({ kind, metadata }: KubernetesObject): string =>
  `${kind} ${metadata?.namespace ? `${metadata.namespace}/` : ''}${metadata?.name}`;
