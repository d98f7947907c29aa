import { type Gateway, type GatewayServer, isHttpServer, type ServedHost } from '../../../model/gateways.ts';
import type { Inventory } from '../../../model/inventory.ts';
import { type Findings, type Found, rule } from '../rule.ts';

interface Server extends GatewayServer {
  readonly of: Gateway;
}

/** Servers that share a port of the same pods. */
const sharedPorts = ({ gatewayPods }: Inventory): readonly (readonly Server[])[] =>
  gatewayPods.together().flatMap((gateways) => {
    const servers = gateways.flatMap((of) => of.servers.map((server): Server => ({ ...server, of })));
    const known = servers.filter(({ port, protocol }) => port > 0 && protocol !== '');
    return [...Map.groupBy(known, ({ port, bind }) => `${port} ${bind}`).values()].filter(({ length }) => length > 1);
  });

const keyOf = ({ namespace, host }: ServedHost): string => `${namespace}/${host}`;
/** An HTTP server has `tls` to redirect to HTTPS, and stays plain text. */
const isTls = (server: GatewayServer): boolean => server.tls !== undefined && !isHttpServer(server);

/** Why Istio ignores the second of two servers of one port, unless it does not. */
function conflict(first: Server, second: Server): string | undefined {
  const where = first.of === second.of ? 'another server' : `Gateway ${first.of.key}`;
  if (isHttpServer(first) && isHttpServer(second)) return undefined;
  if (isTls(first) && isTls(second)) return undefined;
  return `${where} has ${first.protocol} at port ${second.port}, and this server ${second.protocol}`;
}

/** Of each place, what is found there first. */
const once = (found: readonly Found[]): readonly Found[] => [
  ...new Map(found.map((one) => [`${one.at.namespace}/${one.at.name} ${one.path}`, one])).values(),
];

export const onePort = rule({
  code: 'MESH223',
  title: 'the servers of one port of a gateway go together',
  otherwise: 'Istio takes the older one and ignores the other',
  hint: 'give one of them another port',
  find: (inventory) =>
    once(
      sharedPorts(inventory).flatMap(([first, ...others]) => {
        if (!first) return [];
        const seen = new Map(isTls(first) ? first.hosts.map((host) => [keyOf(host), first]) : []);
        return others.flatMap((server): Findings => {
          const message = conflict(first, server);
          if (message) return { at: server.of, path: `${server.path}.port`, message };
          if (!isTls(server)) return [];
          const twice = server.hosts.find((host) => seen.has(keyOf(host)));
          const other = twice && seen.get(keyOf(twice));
          for (const host of server.hosts) if (!seen.has(keyOf(host))) seen.set(keyOf(host), server);
          if (!twice || !other) return [];
          const where = other.of === server.of ? 'another server' : `Gateway ${other.of.key}`;
          return {
            at: server.of,
            path: `${server.path}.hosts`,
            message: `${where} serves ${twice.host} with TLS at port ${server.port} too`,
            hint: 'remove the host from one of them',
          };
        });
      }),
    ),
});

export const oneGateway = rule({
  code: 'MESH224',
  title: 'one Gateway serves a host at a port',
  otherwise: 'a VirtualService of either answers, so that each team changes what the other one serves',
  hint: 'bind the VirtualServices to one Gateway, or give each its own hosts',
  severity: 'warning',
  find: (inventory) =>
    once(
      sharedPorts(inventory).flatMap((servers) => {
        const seen = new Map<string, Server>();
        return servers.flatMap((server): Findings => {
          if (!isHttpServer(server)) return [];
          const twice = server.hosts.find((host) => (seen.get(keyOf(host)) ?? server).of !== server.of);
          const other = twice && seen.get(keyOf(twice));
          for (const host of server.hosts) if (!seen.has(keyOf(host))) seen.set(keyOf(host), server);
          return twice && other
            ? {
                at: server.of,
                path: `${server.path}.hosts`,
                message: `Gateway ${other.of.key} serves ${twice.host} at port ${server.port} too`,
              }
            : [];
        });
      }),
    ),
});
