import type { Inventory } from '../../../model/inventory.ts';
import { type Destination, destinationsOf, type VirtualService } from '../../../model/virtual-services.ts';
import { canonicalHost, MESH_GATEWAY } from '../../../names.ts';
import { type Findings, type Found, rule } from '../rule.ts';

/** The ports of a host; undefined where nothing is known of them. */
function portsOf(host: string, from: string, inventory: Inventory): readonly number[] | undefined {
  const hosts = inventory.hostsNamed(host, from);
  return hosts.some(({ ports }) => ports.length > 0) ? hosts.flatMap(({ ports }) => ports.map(({ number }) => number)) : undefined;
}

function unknownPort(at: Found['at'], path: string, host: string, port: number | undefined, inventory: Inventory): Findings {
  const ports = portsOf(host, at.namespace, inventory);
  if (port === undefined || ports === undefined || ports.includes(port)) return [];
  return { at, path, message: `${host} has no port ${port}, only ${ports.join(', ')}` };
}

export const knownPorts = rule({
  code: 'MESH209',
  title: 'every port is one of the Service',
  otherwise: 'requests are answered with 503, or the rule never applies',
  hint: "name the Service's port; it maps it to the port of the pods itself",
  find: (inventory) => [
    ...inventory.virtualServices.flatMap((at) =>
      destinationsOf(at).flatMap(({ fullHost, port, path }) => unknownPort(at, path, fullHost, port, inventory)),
    ),
    ...inventory.destinationRules.flatMap((at) =>
      [...at.policies, ...at.subsets.flatMap(({ policies }) => policies)].flatMap(({ port, path }) =>
        unknownPort(at, path, at.host, port, inventory),
      ),
    ),
  ],
});

const isGateway = (name: string): boolean => name !== MESH_GATEWAY;

/** The destinations of the routes that gateways read, or of those that sidecars read. */
const destinationsFor = ({ http, plain, gateways }: VirtualService, wanted: (gateway: string) => boolean): readonly Destination[] =>
  [...http, ...plain]
    .filter(({ matches }) => {
      const readers = matches.flatMap((match) => (match.gateways.length > 0 ? match.gateways : gateways));
      return (matches.length > 0 ? readers : gateways).some(wanted);
    })
    .flatMap((route) => [...route.destinations, ...('mirrors' in route ? route.mirrors : [])]);

/** Those that name no port where their host has several. */
const withoutPort = (at: VirtualService, destinations: readonly Destination[], inventory: Inventory): readonly Found[] =>
  destinations.flatMap(({ host, fullHost, port, path }) => {
    const ports = [...new Set(port === undefined ? portsOf(fullHost, at.namespace, inventory) : [])];
    if (ports.length < 2) return [];
    const hint = `add the port to the destination, such as port: { number: ${ports[0]} }`;
    return { at, path, message: `${host} has the ports ${ports.join(', ')}, and the route names none`, hint };
  });

const HINT = 'add the port to the destination: port: { number: 8080 }';

export const portAtGateway = rule({
  code: 'MESH217',
  title: 'a route of a gateway names the port of a Service that has several',
  otherwise: 'the gateway asks for its own port, and answers 503 where the Service has no such port',
  hint: HINT,
  find: (inventory) => inventory.virtualServices.flatMap((at) => withoutPort(at, destinationsFor(at, isGateway), inventory)),
});

export const portInMesh = rule({
  code: 'MESH218',
  title: 'a route to another Service names its port where that has several',
  otherwise: 'the port of the request chooses, and the answer is 503 where the other Service has no such port',
  hint: HINT,
  severity: 'warning',
  find: (inventory) =>
    inventory.virtualServices
      .filter(({ gateways }) => !gateways.some(isGateway))
      .flatMap((at) => {
        const own = new Set(at.hosts.map(canonicalHost));
        const others = destinationsOf(at).filter(({ fullHost }) => !own.has(canonicalHost(fullHost)));
        return withoutPort(at, others, inventory);
      }),
});
