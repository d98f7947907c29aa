import { type HttpMatch, type HttpRoute, type VirtualService, virtualService } from '../kinds.ts';
import { milliseconds } from '../topology/duration.ts';
import type { Call, Entry, Mesh, Service } from '../topology/mesh.ts';
import { defaultRetries } from '../topology/operations.ts';
import { GATEWAY_NAME, hostOf } from './names.ts';
import { destinationOf, destinations, httpRoute, matchesOf, type RoutePolicy, samePolicy } from './routes.ts';

/** How calls from inside the mesh travel to a service; undefined where nobody calls it, or nothing is to be decided. */
export function routeCalls(mesh: Mesh, service: Service): VirtualService | undefined {
  const calls = mesh.callersOf.get(service.name) ?? [];
  if (calls.length === 0 || (service.protocol === 'tcp' && service.versions.length < 2)) return undefined;
  const meta = { name: service.name, namespace: mesh.namespace };
  const hosts = [hostOf(mesh, service.name)];
  if (service.protocol === 'tcp') {
    const route = destinations(mesh, service);
    return virtualService(meta, { hosts, tcp: [{ match: [{ port: service.port }], route }] });
  }
  return virtualService(meta, { hosts, http: callRoutes(mesh, service, calls) });
}

/**
 * Routes of each caller where they differ from what everybody gets, then one for everybody. That one matches any source,
 * so that a caller which no route names is refused by the callee's policy and not by a missing route.
 */
function callRoutes(mesh: Mesh, service: Service, calls: readonly Call[]): HttpRoute[] {
  const longest = calls.reduce((a, b) => (milliseconds(b.timeout) > milliseconds(a.timeout) ? b : a));
  const everybody: RoutePolicy = { timeout: longest.timeout, retries: lastRetries(calls) };
  const byCaller = calls.length > 1;
  const route = destinations(mesh, service);
  const own = calls.flatMap((call) => {
    const source: HttpMatch = byCaller ? { sourceLabels: { app: call.from } } : {};
    const prefix = byCaller ? call.from : service.name;
    const named = call.operations
      .filter((operations) => !samePolicy(operations, everybody))
      .map((operations) => {
        const matches = matchesOf(operations, service.protocol);
        const all = matches.length > 0 ? matches : byCaller ? [{}] : [];
        return httpRoute(
          `${prefix}-${operations.name}`,
          all.map((match) => ({ ...match, ...source })),
          operations,
          route,
        );
      });
    return named;
  });
  const last = own.at(-1);
  return last && !last.match ? own : [...own, httpRoute(service.name, [], everybody, route)];
}

/** Where all that is called agrees, everybody gets the same; else what is safe for any request. */
function lastRetries(calls: readonly Call[]): RoutePolicy['retries'] {
  const all = calls.flatMap(({ operations }) => operations);
  const [first] = all;
  return first && all.every((operations) => samePolicy(operations, first)) ? first.retries : defaultRetries;
}

/** How requests from outside travel to the service that the gateway leads to. */
export function routeEntry(mesh: Mesh, entry: Entry, service: Service): VirtualService {
  const policy: RoutePolicy = { timeout: entry.timeout, retries: defaultRetries };
  const special = entry.operations.filter((operations) => !samePolicy(operations, policy));
  const routes = [
    ...special.flatMap((operations) =>
      releaseRoutes(mesh, entry, service, operations.name, matchesOf(operations, service.protocol), operations),
    ),
    ...releaseRoutes(mesh, entry, service, '', [], policy),
  ];
  return virtualService(
    { name: `${GATEWAY_NAME}-${service.name}`, namespace: mesh.namespace },
    { hosts: [...entry.hosts], gateways: [GATEWAY_NAME], http: routes },
  );
}

/** One route by shares; before it, one for each release that a visit may stay with. */
function releaseRoutes(
  mesh: Mesh,
  { sticky }: Entry,
  service: Service,
  suffix: string,
  matches: readonly HttpMatch[],
  policy: RoutePolicy,
): HttpRoute[] {
  const name = [service.name, suffix].filter(Boolean).join('-');
  const shared = httpRoute(name, matches, policy, destinations(mesh, service));
  if (!sticky || service.versions.length < 2) return [shared];
  const pinned = service.versions.map((version) => {
    const visit: HttpMatch = { headers: { cookie: { regex: `(.*;\\s*)?${sticky.cookie}=${version}(\\s*;.*)?` } } };
    const assets: HttpMatch = { uri: { prefix: sticky.assets.replace('{version}', version) } };
    const pins = matches.length > 0 ? matches.map((match) => ({ ...match, ...visit })) : [assets, visit];
    return httpRoute(`${name}-${version}`, pins, policy, [destinationOf(mesh, service, version)]);
  });
  return [...pinned, shared];
}
