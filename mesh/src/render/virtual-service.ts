import {
  type HttpMatch,
  type HttpRetry,
  type HttpRoute,
  type HttpRouteDestination,
  type Metadata,
  type VirtualService,
  virtualService,
} from '../kinds.ts';
import { type Duration, GATEWAY_NAME, gatewayRouteName, hostOf, IDEMPOTENT_ROUTES, milliseconds } from '../names.ts';
import { defaultRetries, isSafeForAll } from '../topology/define-mesh.ts';
import type { Call, Entry, Mesh, Operations, Retries, Service } from '../topology/mesh.ts';

/** Routes calls from inside the mesh to a service; undefined where it has no callers, or needs no routing. */
export function serviceVirtualService(mesh: Mesh, service: Service): VirtualService | undefined {
  const calls = mesh.callersOf.get(service.name) ?? [];
  if (calls.length === 0 || (service.protocol === 'tcp' && service.versions.length < 2)) return undefined;
  const hosts = [hostOf(mesh, service.name)];
  if (service.protocol === 'tcp') {
    const route = destinations(mesh, service);
    return virtualService({ name: service.name, namespace: mesh.namespace }, { hosts, tcp: [{ match: [{ port: service.port }], route }] });
  }
  const http = callRoutes(mesh, service, calls);
  return virtualService(metadataOf(mesh, service.name, http), { hosts, http });
}

/** Annotates the routes that the topology marks as idempotent and that retry completed requests: no field of Istio expresses it. */
function metadataOf({ namespace }: Mesh, name: string, http: readonly HttpRoute[]): Metadata {
  const eager = http.filter(({ retries }) => !isSafeForAll(retries?.retryOn?.split(',') ?? []));
  const names = eager.map((route) => route.name).join(',');
  return { name, namespace, ...(names ? { annotations: { [IDEMPOTENT_ROUTES]: names } } : {}) };
}

/**
 * Routes of each caller where they differ from the default route, then the default route. The default route matches any source,
 * so that the callee's policy denies an undeclared caller, instead of a missing route.
 */
function callRoutes(mesh: Mesh, service: Service, calls: readonly Call[]): HttpRoute[] {
  const longest = calls.reduce((a, b) => (milliseconds(b.timeout) > milliseconds(a.timeout) ? b : a));
  const everybody: RoutePolicy = { timeout: longest.timeout, retries: lastRetries(calls) };
  const byCaller = calls.length > 1;
  const route = destinations(mesh, service);
  const own = calls.flatMap((call) =>
    call.operations
      .filter((operations) => !samePolicy(operations, everybody))
      .map((operations) => {
        const matches = matchesOf(operations, service.protocol);
        if (!byCaller) return httpRoute(`${service.name}-${operations.name}`, matches, operations, route);
        const ofCaller = (matches.length > 0 ? matches : [{}]).map((match) => ({ ...match, sourceLabels: { app: call.from } }));
        return httpRoute(`${call.from}-${operations.name}`, ofCaller, operations, route);
      }),
  );
  const last = own.at(-1);
  return last && !last.match ? own : [...own, httpRoute(service.name, [], everybody, route)];
}

/** The retries of the default route: those of all operations where they agree and are safe for any request; else Istio's defaults. */
function lastRetries(calls: readonly Call[]): Retries {
  const all = calls.flatMap(({ operations }) => operations);
  const [first] = all;
  return first && isSafeForAll(first.retries.on) && all.every((operations) => samePolicy(operations, first))
    ? first.retries
    : defaultRetries;
}

/**
 * How requests from outside travel to the service that the gateway leads to: assets to the version that they belong to, a
 * visit to the version of its cookie while that has a weight, everything else by weights.
 */
export function gatewayVirtualService(mesh: Mesh, entry: Entry, service: Service): VirtualService {
  const policy: RoutePolicy = { timeout: entry.timeout, retries: defaultRetries };
  const special = entry.operations.filter((operations) => !samePolicy(operations, policy));
  const http = [
    ...versionRoutes(mesh, entry, service, policy),
    ...special.flatMap((operations) => {
      const name = `${service.name}-${operations.name}`;
      return visitRoutes(mesh, entry, service, name, matchesOf(operations, service.protocol), operations);
    }),
    ...visitRoutes(mesh, entry, service, service.name, [], policy),
  ];
  return virtualService(metadataOf(mesh, gatewayRouteName(service.name), http), {
    hosts: [...entry.hosts],
    gateways: [GATEWAY_NAME],
    http,
  });
}

/** A page requests the assets of the version that served it, also when that version has no weight; a user may select a version by name. */
function versionRoutes(mesh: Mesh, { sticky }: Entry, service: Service, policy: RoutePolicy): HttpRoute[] {
  if (!sticky || service.versions.length < 2) return [];
  return service.versions.map((version) => {
    const assets = { uri: { prefix: sticky.assets.replace('{version}', version) } };
    const asked = { queryParams: { [sticky.cookie]: { exact: version } } };
    return httpRoute(`${service.name}-asked-${version}`, [assets, asked], policy, [destinationOf(mesh, service, version)]);
  });
}

/** One route by weights; before it, one for the session affinity of each version. A version without a weight keeps no session. */
function visitRoutes(
  mesh: Mesh,
  { sticky }: Entry,
  service: Service,
  name: string,
  matches: readonly HttpMatch[],
  policy: RoutePolicy,
): HttpRoute[] {
  const shared = httpRoute(name, matches, policy, destinations(mesh, service));
  const live = service.weights.filter(({ percent }) => percent > 0);
  if (!sticky || live.length < 2) return [shared];
  const pinned = live.map(({ version }) => {
    const visit = { headers: { cookie: { regex: `(.*;\\s*)?${sticky.cookie}=${version}(\\s*;.*)?` } } };
    const pins = matches.length > 0 ? matches.map((match) => ({ ...match, ...visit })) : [visit];
    return httpRoute(`${name}-${version}`, pins, policy, [destinationOf(mesh, service, version)]);
  });
  return [...pinned, shared];
}

/** How the requests of one route are treated. */
export interface RoutePolicy {
  readonly timeout: Duration;
  readonly retries: Retries;
}

/** Every route sets its retries: without them, Istio retries two times, whatever the request does. */
export const httpRoute = (name: string, match: readonly HttpMatch[], policy: RoutePolicy, route: HttpRouteDestination[]): HttpRoute => ({
  name,
  ...(match.length > 0 ? { match: [...match] } : {}),
  timeout: policy.timeout,
  retries: httpRetry(policy.retries),
  route,
});

const httpRetry = ({ attempts, perTry, on }: Retries): HttpRetry =>
  attempts === 0 ? { attempts: 0 } : { attempts, ...(perTry ? { perTryTimeout: perTry } : {}), retryOn: on.join(',') };

/** The versions of a service by their weights. All of them stay in the list: a weight of 0 may become another without a new route. */
export const destinations = (mesh: Mesh, service: Service): HttpRouteDestination[] =>
  service.weights.map(({ version, percent }) => ({ ...destinationOf(mesh, service, version), weight: percent }));

const destinationOf = (mesh: Mesh, { name, port }: Service, version: string): HttpRouteDestination => ({
  destination: { host: hostOf(mesh, name), port: { number: port }, subset: version },
});

/** The requests that operations admit; a prefix where a path ends with a star. */
function matchesOf({ methods, paths }: Operations, protocol: Service['protocol']): HttpMatch[] {
  const method = protocol === 'grpc' || methods.length === 0 ? {} : { method: oneOf(methods) };
  if (paths.length === 0) return Object.keys(method).length > 0 ? [method] : [];
  return paths.map((path) => ({ ...method, uri: path.endsWith('*') ? { prefix: path.slice(0, -1) } : { exact: path } }));
}

const oneOf = (methods: readonly string[]) => (methods.length === 1 ? { exact: methods[0] ?? '' } : { regex: methods.join('|') });

const samePolicy = (a: RoutePolicy, b: RoutePolicy): boolean =>
  a.timeout === b.timeout &&
  a.retries.attempts === b.retries.attempts &&
  a.retries.perTry === b.retries.perTry &&
  a.retries.on.join() === b.retries.on.join();
