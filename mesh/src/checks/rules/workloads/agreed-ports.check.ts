import type { Inventory } from '../../../inventory/inventory.ts';
import { isHttp, protocolOfAppProtocol, protocolOfName } from '../../../inventory/protocol.ts';
import type { Host, HostPort } from '../../../inventory/services.ts';
import { targetPortOf, type Workload } from '../../../inventory/workloads.ts';
import { hostOf } from '../../../policies/names.ts';
import type { Mesh } from '../../../topology/mesh.ts';
import { type Found, rule } from '../rule.ts';

/** A template that declares no port at all says nothing of what it listens on. */
function missingIn({ ports, ...pod }: Workload, target: number | string): boolean {
  if (typeof target === 'string') return targetPortOf({ ...pod, ports }, target) === undefined;
  return ports.length > 0 && !ports.some(({ number }) => number === target);
}

function againstPods(at: Host, inventory: Inventory): readonly Found[] {
  return at.ports.flatMap(({ number, targetPort, path }) => {
    const pod = inventory.podsBehind(at).find((one) => missingIn(one, targetPort));
    if (!pod) return [];
    const declared = pod.ports.map((port) => (port.name ? `${port.name} ${port.number}` : port.number)).join(', ') || 'none';
    return [
      {
        at,
        path: `${path}.targetPort`,
        message: `port ${number} goes to ${targetPort}, and the containers of ${pod.object.kind} ${pod.name} declare ${declared}`,
      },
    ];
  });
}

function againstItself(at: Host): readonly Found[] {
  return at.ports.flatMap(({ name, appProtocol, path }) => {
    const byName = protocolOfName(name);
    const bySaying = appProtocol === undefined ? undefined : protocolOfAppProtocol(appProtocol);
    if (byName === undefined || bySaying === undefined || isHttp(byName) === isHttp(bySaying)) return [];
    return [
      {
        at,
        path: `${path}.appProtocol`,
        message: `its name ${name} says ${byName}, and its appProtocol ${appProtocol}, which counts, says ${bySaying}`,
        hint: 'let both say the same',
      },
    ];
  });
}

function againstTopology(mesh: Mesh, inventory: Inventory): readonly Found[] {
  return [...mesh.services.values()].flatMap((service) =>
    inventory.hostsNamed(hostOf(mesh, service.name), mesh.namespace).flatMap((at): readonly Found[] => {
      const port = at.ports.find(({ number }) => number === service.port);
      if (!port) return [{ at, path: 'spec.ports', message: `it has no port ${service.port}, which the topology gives ${service.name}` }];
      return port.protocol === service.protocol
        ? []
        : [
            {
              at,
              path: port.path,
              message: `its port ${port.number} speaks ${describe(port)}, and the topology says ${service.protocol}`,
            },
          ];
    }),
  );
}

const describe = ({ protocol }: HostPort): string => protocol ?? 'nothing that its name says';

export const agreedPorts = rule({
  code: 'MESH402',
  title: 'Service, pods and topology agree on ports and protocols',
  otherwise: 'connections are refused, or policies meet another protocol',
  hint: 'write the same port in the Service, in the container and in the topology',
  find: (inventory, mesh) => [
    ...inventory.hosts.filter(({ isService }) => isService).flatMap((at) => [...againstPods(at, inventory), ...againstItself(at)]),
    ...(mesh ? againstTopology(mesh, inventory) : []),
  ],
});
