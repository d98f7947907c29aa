import { kept } from '../../../kept.ts';
import type { Gateway, GatewayServer, RouteKind, ServedHost } from '../../../model/gateways.ts';
import { HostPatterns } from '../../../model/host-patterns.ts';
import type { Inventory } from '../../../model/inventory.ts';
import type { VirtualService } from '../../../model/virtual-services.ts';
import { canonicalHost, hostsOverlap, MESH_GATEWAY } from '../../../names.ts';
import { type Found, rule } from '../rule.ts';

const isFor = (namespace: string, { namespace: wanted }: ServedHost): boolean => wanted === '*' || wanted === namespace;

interface Served extends ServedHost {
  readonly server: GatewayServer;
}

const indexes = new WeakMap<Gateway, HostPatterns<Served>>();

/** What a Gateway serves, by host; made once. */
const indexOf = (gateway: Gateway): HostPatterns<Served> =>
  kept(indexes, gateway, () => {
    const all = gateway.servers.flatMap((server) => server.hosts.map((served): Served => ({ ...served, server })));
    return new HostPatterns(all, ({ host }) => [canonicalHost(host)]);
  });

/** The servers of a Gateway that answer to one of the hosts of a VirtualService. */
const serversFor = (gateway: Gateway, { hosts, namespace }: Pick<VirtualService, 'hosts' | 'namespace'>): readonly GatewayServer[] =>
  hosts.flatMap((host) =>
    indexOf(gateway)
      .overlapping(canonicalHost(host))
      .filter((served) => isFor(namespace, served))
      .map(({ server }) => server),
  );

/** The Gateways of a VirtualService that the files contain; undefined where one of them is not there. */
function gatewaysOf({ gateways }: VirtualService, inventory: Inventory): readonly Gateway[] | undefined {
  const known = gateways.filter((name) => name !== MESH_GATEWAY).map((name) => inventory.gateways.get(name));
  return known.every((gateway) => gateway !== undefined) ? known : undefined;
}

function unserved(at: VirtualService, hosts: readonly string[], gateways: readonly Gateway[]): Found {
  const served = gateways.flatMap((gateway) => gateway.servers.flatMap((server) => server.hosts));
  const names = gateways.map(({ key }) => `Gateway ${key}`).join(' and ');
  const hidden = served.find((one) => !isFor(at.namespace, one) && hosts.some((host) => hostsOverlap(one.host, host)));
  return {
    at,
    path: 'spec.hosts',
    message: hidden
      ? `${names} serves ${hosts.join(', ')} only for VirtualServices of the namespace ${hidden.namespace}`
      : `${names} serves ${[...new Set(served.map(({ host }) => host))].join(', ') || 'no host'}, and not ${hosts.join(', ')}`,
    hint: hidden
      ? `write ${at.namespace}/${hidden.host} among the hosts of the Gateway, or move the VirtualService`
      : `add ${hosts.join(', ')} to the hosts of a server of the Gateway, or fix the name`,
  };
}

function unservedHosts(at: VirtualService, inventory: Inventory): readonly Found[] {
  if (at.hosts.length === 0) return []; // a delegate
  const known = at.gateways.flatMap((name) => inventory.gateways.get(name) ?? []);
  const strangers = known.filter((gateway) => serversFor(gateway, at).length === 0).map((gateway) => unserved(at, at.hosts, [gateway]));
  const all = gatewaysOf(at, inventory);
  if (strangers.length > 0 || !all || all.length === 0 || at.gateways.includes(MESH_GATEWAY)) return strangers;
  const without = at.hosts.filter((host) => all.every((gateway) => serversFor(gateway, { ...at, hosts: [host] }).length === 0));
  return without.length > 0 ? [unserved(at, without, all)] : [];
}

export const servedHosts = rule({
  code: 'MESH221',
  title: 'the Gateways of a VirtualService serve its hosts',
  otherwise: 'the gateway answers 404, or closes the connection',
  hint: 'write the same host in both',
  find: (inventory) => inventory.virtualServices.flatMap((at) => unservedHosts(at, inventory)),
});

const SERVERS: Readonly<Record<RouteKind, string>> = {
  http: 'reads HTTP requests, which only http routes lead on',
  tls: 'passes TLS on, which only tls routes lead on',
  tcp: 'reads TCP, which only tcp routes lead on',
};

function unreadRoutes(at: VirtualService, inventory: Inventory): readonly Found[] {
  const written = new Set<RouteKind>([...(at.http.length > 0 ? (['http'] as const) : []), ...at.plain.map(({ kind }) => kind)]);
  const found = (gateways: readonly Gateway[], kinds: Iterable<RouteKind>): readonly Found[] => {
    const servers = gateways.flatMap((gateway) => serversFor(gateway, at));
    const [server] = servers;
    const unread = [...kinds].filter((kind) => !servers.some(({ routes }) => routes === kind));
    if (!server || unread.length === 0) return [];
    const names = gateways.map(({ key }) => key).join(' and ');
    return unread.map((kind) => ({
      at,
      path: `spec.${kind}`,
      message: `port ${server.port} of the Gateway ${names} ${SERVERS[server.routes]}`,
      hint: `write ${server.routes} routes instead of ${kind} routes, or a server of the Gateway that reads them`,
    }));
  };
  const known = at.gateways.flatMap((name) => inventory.gateways.get(name) ?? []);
  const useless = known.filter((gateway) => serversFor(gateway, at).every(({ routes }) => !written.has(routes)));
  if (useless.length > 0) return useless.flatMap((gateway) => found([gateway], written));
  const all = gatewaysOf(at, inventory);
  return !all || all.length === 0 || at.gateways.includes(MESH_GATEWAY) ? [] : found(all, written);
}

export const routesOfServer = rule({
  code: 'MESH222',
  title: 'routes are of a kind that the server of the Gateway reads',
  otherwise: 'the gateway ignores them',
  hint: 'write http routes for HTTP and for HTTPS that the gateway ends, tls routes for TLS that it passes on, tcp routes for all else',
  find: (inventory) => inventory.virtualServices.flatMap((at) => unreadRoutes(at, inventory)),
});
