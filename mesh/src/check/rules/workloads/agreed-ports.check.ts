import type { Inventory } from '../../../model/inventory.ts';
import type { Host, HostPort } from '../../../model/services.ts';
import { hasTemplate, targetPortOf, type Workload } from '../../../model/workloads.ts';
import { hostOf } from '../../../names.ts';
import type { Mesh } from '../../../topology/mesh.ts';
import { type Findings, type Found, rule } from '../rule.ts';

/**
 * Whether pods have no such port. A name must be declared; a number need not be, though a topology declares each.
 * https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/#container-v1-core
 */
function missingIn(pod: Workload, target: number | string, mesh: Mesh | undefined): boolean {
  if (typeof target === 'string') return hasTemplate(pod) && targetPortOf(pod, target) === undefined;
  return mesh !== undefined && pod.ports.length > 0 && !pod.ports.some(({ number }) => number === target);
}

function againstPods(at: Host, inventory: Inventory, mesh: Mesh | undefined): readonly Found[] {
  return at.ports.flatMap(({ number, targetPort, path }) => {
    const pod = inventory.podsBehind(at).find((one) => missingIn(one, targetPort, mesh));
    if (!pod) return [];
    const declared = pod.ports.map((port) => (port.name ? `${port.name} ${port.number}` : port.number)).join(', ') || 'none';
    return {
      at,
      path: `${path}.targetPort`,
      message: `port ${number} goes to ${targetPort}, and the containers of ${pod.object.kind} ${pod.name} declare ${declared}`,
    };
  });
}

function againstTopology(mesh: Mesh, inventory: Inventory): readonly Found[] {
  return [...mesh.services.values()].flatMap((service) =>
    inventory.hostsNamed(hostOf(mesh, service.name), mesh.namespace).flatMap((at): Findings => {
      const port = at.ports.find(({ number }) => number === service.port);
      if (!port) return { at, path: 'spec.ports', message: `it has no port ${service.port}, which the topology gives ${service.name}` };
      return port.protocol === service.protocol
        ? []
        : {
            at,
            path: port.path,
            message: `its port ${port.number} speaks ${describe(port)}, but the topology sets ${service.protocol}`,
          };
    }),
  );
}

const describe = ({ protocol }: HostPort): string => protocol ?? 'a protocol that its name does not state';

export const agreedPorts = rule({
  code: 'MESH402',
  title: 'Service, pods and topology agree on ports and protocols',
  otherwise: 'connections are refused, or policies apply to another protocol',
  hint: 'write the same port in the Service, in the container and in the topology',
  find: (inventory, mesh) => [
    ...inventory.hosts.filter(({ isService }) => isService).flatMap((at) => againstPods(at, inventory, mesh)),
    ...(mesh ? againstTopology(mesh, inventory) : []),
  ],
});
