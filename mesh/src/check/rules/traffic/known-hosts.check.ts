import { isUnplaced } from '../../../model/fields.ts';
import type { Inventory } from '../../../model/inventory.ts';
import type { Host } from '../../../model/services.ts';
import type { EgressHost } from '../../../model/sidecars.ts';
import { destinationsOf, type VirtualService } from '../../../model/virtual-services.ts';
import { canonicalHost, isClusterHost, isClusterSetHost, isSystemHost, isWildcard, MESH_GATEWAY, partsOfHost } from '../../../names.ts';
import { type Found, rule } from '../rule.ts';

/** Whether the files show that a host does not exist for a namespace: silent where they contain no host of the namespace that it names. */
function isMissing(host: string, from: string, inventory: Inventory): boolean {
  if (isSystemHost(canonicalHost(host)) || isClusterSetHost(host) || inventory.hostsNamed(host, from).length > 0) return false;
  if (inventory.hostsCalled(host).length > 0) return true; // it is not exported
  const parts = partsOfHost(host);
  if (!parts) return inventory.describesHosts(from) || shortened(host, inventory) !== undefined;
  const alike = inventory.servicesNamed(parts.name);
  if (alike.some(isUnplaced) || isPodOfService(host, from, inventory)) return false;
  return inventory.describesHosts(parts.namespace) || (parts.namespace === from && alike.length > 0);
}

/** `web-0.web.shop.svc.cluster.local` */
const isPodOfService = (host: string, from: string, inventory: Inventory): boolean =>
  inventory.hostsNamed(host.slice(host.indexOf('.') + 1), from).some(({ isService }) => isService);

/** The Service that `web.shop` would mean if Istio completed it. */
function shortened(host: string, inventory: Inventory): Host | undefined {
  const [name = '', namespace] = host.split('.');
  return inventory.servicesNamed(name).find((one) => one.namespace === namespace);
}

/** Hosts whose requests a VirtualService routes inside the mesh: names of the cluster, not hosts of a gateway. */
const ownHosts = ({ hosts, gateways }: VirtualService): readonly string[] =>
  gateways.includes(MESH_GATEWAY) ? hosts.filter((host) => isClusterHost(canonicalHost(host)) && !isWildcard(host)) : [];

function unknownHost(at: Found['at'], path: string, written: string, full: string, inventory: Inventory): Found {
  const [hidden] = inventory.hostsCalled(full);
  if (hidden) {
    const { kind } = hidden.object;
    return {
      at,
      path,
      message: `the host ${written} is ${kind} ${hidden.namespace}/${hidden.name}, which is not exported to ${at.namespace}, only to ${hidden.exportTo.join(', ')}`,
      hint: `add ${at.namespace} to ${hidden.isService ? 'the annotation networking.istio.io/exportTo' : 'exportTo'} of ${kind} ${hidden.namespace}/${hidden.name}`,
    };
  }
  const meant = shortened(full, inventory) ?? inventory.servicesNamed(written.split('.')[0] ?? '')[0];
  return {
    at,
    path,
    message: `the host ${written}${full === written ? '' : ` (${full})`} is no Service and no ServiceEntry`,
    ...(meant ? { hint: `write the full name of Service ${meant.namespace}/${meant.name}: ${meant.hosts[0]}` } : {}),
  };
}

/** A Sidecar names full hosts of one namespace; it completes nothing. */
function isMissingFor({ host, namespace }: EgressHost, from: string, inventory: Inventory): boolean {
  if (namespace === '' || namespace === '~' || isSystemHost(host) || isClusterSetHost(host)) return false;
  const known = inventory.hostsNamed(host, from);
  if (known.length > 0) return namespace !== '*' && !known.some((one) => one.namespace === namespace);
  return namespace === '*' ? isMissing(host, from, inventory) : inventory.describesHosts(namespace);
}

export const knownHosts = rule({
  code: 'MESH207',
  title: 'every host is a Service or a ServiceEntry',
  otherwise: 'requests are answered with 503, or the rule never applies',
  hint: 'fix the name, or check the file of that Service or ServiceEntry together with this one',
  find: (inventory) => [
    ...inventory.virtualServices.flatMap((at) => [
      ...ownHosts(at)
        .filter((host) => isMissing(host, at.namespace, inventory))
        .map((host) => unknownHost(at, 'spec.hosts', host, host, inventory)),
      ...destinationsOf(at)
        .filter(({ host, fullHost }) => host !== '' && isMissing(fullHost, at.namespace, inventory))
        .map(({ host, fullHost, path }) => unknownHost(at, path, host, fullHost, inventory)),
    ]),
    ...inventory.destinationRules
      .filter(({ host, namespace }) => host !== '' && !isWildcard(host) && isMissing(host, namespace, inventory))
      .map((at) => unknownHost(at, 'spec.host', at.host, at.host, inventory)),
    ...inventory.sidecars.flatMap((at) =>
      (at.egress ?? [])
        .flatMap(({ exact }) => [...exact.values()].flat())
        .filter((host) => isMissingFor(host, at.namespace, inventory))
        .map(({ host, path }) => unknownHost(at, path, host, host, inventory)),
    ),
  ],
});
