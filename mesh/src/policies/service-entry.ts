import { type ServiceEntry, serviceEntry } from '../kinds.ts';
import type { External, Mesh } from '../topology/mesh.ts';

/** Makes something outside known to the proxies of this namespace; which of them may use it, their Sidecars say. */
export const externalServiceEntry = ({ namespace }: Mesh, { name, hosts, port, protocol }: External): ServiceEntry =>
  serviceEntry(
    { name, namespace },
    {
      hosts: [...hosts],
      ports: [{ number: port, name: `${protocol}-${name}`, protocol: protocol.toUpperCase() }],
      resolution: 'DNS',
      location: 'MESH_EXTERNAL',
      exportTo: ['.'],
    },
  );
