import { type PeerAuthentication, peerAuthentication } from '../../kinds.ts';
import type { Mesh } from '../../topology/mesh.ts';

/** Every workload of the mesh accepts mutual TLS only. https://istio.io/latest/docs/reference/config/security/peer_authentication/ */
export const strictMutualTls = ({ namespace }: Mesh): PeerAuthentication =>
  peerAuthentication({ name: 'default', namespace }, { mtls: { mode: 'STRICT' } });
