import { type ServiceEntry, serviceEntry } from '../../kinds.ts';
import type { External, Mesh } from '../../topology/mesh.ts';

/** Makes an external host known to the proxies of this namespace; their Sidecars select which of them may use it. */
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
