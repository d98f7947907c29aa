import type { Inventory } from '../../../model/inventory.ts';
import type { Destination, VirtualService } from '../../../model/virtual-services.ts';
import { isClusterHost, isSystemHost, isWildcard, MESH_GATEWAY } from '../../../names.ts';
import { type Found, rule } from '../rule.ts';

export const isKnown = (host: string, from: string, inventory: Inventory): boolean =>
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

function finding(at: Found['at'], path: string, written: string, full: string, inventory: Inventory): Found {
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
        .map((host) => finding(at, 'spec.hosts', host, host, inventory)),
      ...destinationsOf(at)
        .filter(({ fullHost }) => !isKnown(fullHost, at.namespace, inventory))
        .map(({ host, fullHost, path }) => finding(at, path, host, fullHost, inventory)),
    ]),
    ...inventory.destinationRules
      .filter(({ host, namespace }) => host !== '' && !isWildcard(host) && !isKnown(host, namespace, inventory))
      .map((at) => finding(at, 'spec.host', at.host, at.host, inventory)),
    ...inventory.sidecars.flatMap((at) =>
      (at.egress ?? [])
        .flatMap(({ exact }) => [...exact.values()].flat())
        .filter(({ host, namespace }) => namespace !== '~' && !isKnownTo(host, namespace, at.namespace, inventory))
        .map(({ host, path }) => finding(at, path, host, host, inventory)),
    ),
  ],
});

/** A Sidecar names full hosts of one namespace; it completes nothing. */
const isKnownTo = (host: string, namespace: string, from: string, inventory: Inventory): boolean =>
  isSystemHost(host) || inventory.hostsNamed(host, from).some((one) => namespace === '*' || one.namespace === namespace);
