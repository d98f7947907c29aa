import type { Inventory } from '../../../model/inventory.ts';
import { isHttp, protocolOfAppProtocol, protocolOfName } from '../../../model/protocol.ts';
import type { Host, HostPort } from '../../../model/services.ts';
import { targetPortOf, type Workload } from '../../../model/workloads.ts';
import { hostOf } from '../../../names.ts';
import type { Mesh } from '../../../topology/mesh.ts';
import { type Found, rule } from '../rule.ts';

/** A template that declares no port does not show the ports that it listens on. */
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
    const byAppProtocol = appProtocol === undefined ? undefined : protocolOfAppProtocol(appProtocol);
    if (byName === undefined || byAppProtocol === undefined || isHttp(byName) === isHttp(byAppProtocol)) return [];
    return [
      {
        at,
        path: `${path}.appProtocol`,
        message: `its name ${name} means ${byName}, but its appProtocol ${appProtocol}, which takes precedence, means ${byAppProtocol}`,
        hint: 'set both to the same protocol',
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
              message: `its port ${port.number} speaks ${describe(port)}, but the topology sets ${service.protocol}`,
            },
          ];
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
    ...inventory.hosts.filter(({ isService }) => isService).flatMap((at) => [...againstPods(at, inventory), ...againstItself(at)]),
    ...(mesh ? againstTopology(mesh, inventory) : []),
  ],
});
