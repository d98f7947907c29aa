import type { Inventory } from '../../../model/inventory.ts';
import type { Gateway } from '../../../model/sidecars.ts';
import type { Destination, HttpMatch, VirtualService } from '../../../model/virtual-services.ts';
import { isClusterHost, isSystemHost, isWildcard, MESH_GATEWAY } from '../../../names.ts';
import { type Found, rule } from '../rule.ts';

const isKnown = (host: string, from: string, inventory: Inventory): boolean =>
  isSystemHost(host) || inventory.hostsNamed(host, from).length > 0;

export const destinationsOf = ({ http, plain }: VirtualService): readonly Destination[] => [
  ...http.flatMap(({ destinations, mirrors }) => [...destinations, ...mirrors]),
  ...plain.flatMap(({ destinations }) => destinations),
];

/** Hosts whose requests a VirtualService routes inside the mesh: names of the cluster, not hosts of a gateway. */
const ownHosts = ({ hosts, gateways }: VirtualService): readonly string[] =>
  gateways.includes(MESH_GATEWAY) ? hosts.filter((host) => isClusterHost(host) && !isWildcard(host)) : [];

/** Suggests the Service with this name in another namespace, or in another spelling. */
function hintFor(written: string, inventory: Inventory): string | undefined {
  const first = written.split('.')[0];
  const meant = inventory.hosts.find(({ name, isService }) => isService && name === first);
  return (
    meant && `Service ${meant.namespace}/${meant.name} is called ${meant.hosts[0]}: write its full name, and export it to this namespace`
  );
}

function unknownHost(at: Found['at'], path: string, written: string, full: string, inventory: Inventory): Found {
  const hint = hintFor(written, inventory);
  return {
    at,
    path,
    message: `the host ${written}${full === written ? '' : ` (${full})`} is no Service and no ServiceEntry`,
    ...(hint ? { hint } : {}),
  };
}

export const knownHosts = rule({
  code: 'MESH207',
  title: 'every host is a Service or a ServiceEntry',
  otherwise: 'requests are answered with 503, or the rule never applies',
  hint: 'fix the name, or check the file of that Service or ServiceEntry together with this one',
  find: (inventory) => [
    ...inventory.virtualServices.flatMap((at) => [
      ...ownHosts(at)
        .filter((host) => !isKnown(host, at.namespace, inventory))
        .map((host) => unknownHost(at, 'spec.hosts', host, host, inventory)),
      ...destinationsOf(at)
        .filter(({ fullHost }) => !isKnown(fullHost, at.namespace, inventory))
        .map(({ host, fullHost, path }) => unknownHost(at, path, host, fullHost, inventory)),
    ]),
    ...inventory.destinationRules
      .filter(({ host, namespace }) => host !== '' && !isWildcard(host) && !isKnown(host, namespace, inventory))
      .map((at) => unknownHost(at, 'spec.host', at.host, at.host, inventory)),
    ...inventory.sidecars.flatMap((at) =>
      (at.egress ?? [])
        .flatMap(({ exact }) => [...exact.values()].flat())
        .filter(({ host, namespace }) => namespace !== '~' && !isKnownTo(host, namespace, at.namespace, inventory))
        .map(({ host, path }) => unknownHost(at, path, host, host, inventory)),
    ),
  ],
});

/** A Sidecar names full hosts of one namespace; it completes nothing. */
const isKnownTo = (host: string, namespace: string, from: string, inventory: Inventory): boolean =>
  isSystemHost(host) || inventory.hostsNamed(host, from).some((one) => namespace === '*' || one.namespace === namespace);

/** The ports of a host; undefined where nothing is known of them. */
function portsOf(host: string, from: string, inventory: Inventory): readonly number[] | undefined {
  const hosts = inventory.hostsNamed(host, from);
  return hosts.some(({ ports }) => ports.length > 0) ? hosts.flatMap(({ ports }) => ports.map(({ number }) => number)) : undefined;
}

function unknownPort(at: Found['at'], path: string, host: string, port: number | undefined, inventory: Inventory): readonly Found[] {
  const ports = portsOf(host, at.namespace, inventory);
  if (port === undefined || ports === undefined || ports.includes(port)) return [];
  return [{ at, path, message: `${host} has no port ${port}, only ${ports.join(', ')}` }];
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

export const knownSubsets = rule({
  code: 'MESH208',
  title: 'every subset that a route names is defined by a DestinationRule',
  otherwise: 'requests are answered with 503',
  hint: "define the subset in the host's DestinationRule, or name one that is there",
  find: (inventory) =>
    inventory.virtualServices.flatMap((at) =>
      destinationsOf(at).flatMap(({ host, fullHost, subset, path }) => {
        if (subset === undefined || !isKnown(fullHost, at.namespace, inventory)) return [];
        const rules = inventory.rulesFor(fullHost, at.namespace);
        const defined = rules.flatMap(({ subsets }) => subsets.map(({ name }) => name));
        if (defined.includes(subset)) return [];
        const there = rules.length === 0 ? 'and no DestinationRule is for that host' : `only ${defined.join(', ') || 'none'}`;
        return [{ at, path, message: `the host ${host} has no subset ${subset}, ${there}` }];
      }),
    ),
});

function gatewaysOf(at: VirtualService, gateways: ReadonlyMap<string, Gateway>): readonly Found[] {
  return at.gateways
    .filter((name) => name !== MESH_GATEWAY && !gateways.has(name))
    .map((name) => ({ at, path: 'spec.gateways', message: `there is no Gateway ${name}` }));
}

/** Istio sends a VirtualService only to the gateways in `spec.gateways`, so a match cannot name another. */
function gatewaysOfMatches(at: VirtualService, gateways: ReadonlyMap<string, Gateway>): readonly Found[] {
  const matches = [...at.http, ...at.plain].flatMap((route): readonly Pick<HttpMatch, 'gateways' | 'path'>[] => route.matches);
  return matches.flatMap(({ gateways: named, path }) =>
    named.flatMap((name) => {
      if (name !== MESH_GATEWAY && !gateways.has(name))
        return [{ at, path: `${path}.gateways`, message: `the match is for the Gateway ${name}, which does not exist` }];
      if (at.gateways.includes(name) || at.hosts.length === 0) return []; // a delegate has the gateways of who delegates
      return [
        {
          at,
          path: `${path}.gateways`,
          message: `the match is for ${name}, which spec.gateways does not list`,
          hint: `add ${name} to spec.gateways`,
        },
      ];
    }),
  );
}

export const knownGateways = rule({
  code: 'MESH210',
  title: 'every gateway that is named exists',
  otherwise: 'the route or the match never applies',
  hint: 'write the name of a Gateway, with its namespace where that is another: ingress/edge',
  find: ({ virtualServices, gateways }) =>
    virtualServices.flatMap((at) => [...gatewaysOf(at, gateways), ...gatewaysOfMatches(at, gateways)]),
});

export const knownDelegates = rule({
  code: 'MESH211',
  title: 'every delegate is a VirtualService without hosts',
  otherwise: 'the route is left out',
  hint: 'fix name and namespace of the delegate, or check its file together with this one',
  find: ({ virtualServices, routes }) => {
    const byName = new Map(virtualServices.map((one) => [`${one.namespace}/${one.name}`, one]));
    return routes.flatMap(({ delegate, of, path }) => {
      if (delegate === undefined) return [];
      const to = byName.get(delegate);
      if (to?.hosts.length === 0) return [];
      const why = to ? 'has hosts of its own, so it cannot be a delegate' : 'does not exist';
      return [{ at: of, path: `${path}.delegate`, message: `the VirtualService ${delegate} ${why}` }];
    });
  },
});
