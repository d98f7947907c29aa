import { hostOf } from '../render/policies/names.ts';

/** Istio completes a name without a dot with the namespace of the object that names it, and takes any other as it is. */
export const resolveHost = (host: string, namespace: string): string =>
  host.includes('.') || host.startsWith('*') ? host : hostOf({ namespace }, host);

export const isClusterHost = (host: string): boolean => host.endsWith('.svc.cluster.local');

export const isWildcard = (host: string): boolean => host.startsWith('*');

/** Whether a host, or a pattern that begins with `*`, means a host. */
export const hostCovers = (pattern: string, host: string): boolean =>
  isWildcard(pattern) ? host.endsWith(pattern.slice(1)) : pattern === host;

/** Whether two hosts, each perhaps a pattern, have one in common. */
export const hostsOverlap = (a: string, b: string): boolean =>
  hostCovers(a, b) || hostCovers(b, a) || (isWildcard(a) && isWildcard(b) && (a.endsWith(b.slice(1)) || b.endsWith(a.slice(1))));

/** Whether an object of a namespace, exported to some, is seen from another. https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService-export_to */
export const isVisible = (owner: string, exportTo: readonly string[], from: string): boolean =>
  exportTo.length === 0 || exportTo.some((to) => to === '*' || to === from || (to === '.' && owner === from));
