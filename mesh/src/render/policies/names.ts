import type { Entry, Mesh } from '../../topology/mesh.ts';

/** The Gateway of a mesh. */
export const GATEWAY_NAME = 'edge';

/** Names routes whose requests may be retried whatever their method: `mesh.platform/idempotent-routes: create,update`. */
export const IDEMPOTENT_ROUTES = 'mesh.platform/idempotent-routes';

/** A service in full: a short name would mean another one in another namespace. */
export const hostOf = ({ namespace }: Pick<Mesh, 'namespace'>, service: string): string => `${service}.${namespace}.svc.cluster.local`;

/** The service that a full host name means; undefined where it is none of the mesh's. */
export function serviceOf({ namespace, services }: Mesh, host: string): string | undefined {
  const end = hostOf({ namespace }, '');
  const name = host.endsWith(end) ? host.slice(0, -end.length) : '';
  return services.has(name) ? name : undefined;
}

/** An identity as policies name it: https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source */
export const principalOf = ({ trustDomain, namespace }: Pick<Mesh, 'trustDomain' | 'namespace'>, account: string): string =>
  `${trustDomain}/ns/${namespace}/sa/${account}`;

export const gatewayPrincipal = ({ trustDomain }: Pick<Mesh, 'trustDomain'>, { pods }: Pick<Entry, 'pods'>): string =>
  principalOf({ trustDomain, namespace: pods.namespace }, pods.serviceAccount);
