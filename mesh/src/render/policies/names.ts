import { principalOf } from '../../names.ts';
import type { Entry, Mesh } from '../../topology/mesh.ts';

/** The Gateway of a mesh. */
export const GATEWAY_NAME = 'edge';

export const gatewayPrincipal = ({ trustDomain }: Pick<Mesh, 'trustDomain'>, { pods }: Pick<Entry, 'pods'>): string =>
  principalOf({ trustDomain, namespace: pods.namespace }, pods.serviceAccount);
