import { nameOf } from '@mesh-platform/kubernetes';
import type { Gateway } from '../model/gateways.ts';
import type { Inventory } from '../model/inventory.ts';
import { covers } from '../model/selection.ts';
import type { Host } from '../model/services.ts';
import { sidecarImports } from '../model/sidecars.ts';
import { type StringMatch, stringMatches } from '../model/string-match.ts';
import {
  type Destination,
  type HttpMatch,
  type HttpRoute,
  isFor,
  type PlainRoute,
  type Reader,
  type VirtualService,
} from '../model/virtual-services.ts';
import { hostCovers, isVisible, isWildcard, MESH_GATEWAY } from '../names.ts';
import type { Caller } from './parties.ts';

/** The destination of a request. */
export interface Chosen {
  /** Absent where no VirtualService has the host: the request goes to the host itself. */
  readonly object?: string;
  readonly name: string;
  readonly destinations: readonly Destination[];
  readonly route?: HttpRoute;
  /** The path and the host as the callee sees them. */
  readonly path: string;
  readonly host: string;
}

const comparing = ({ pods, gateway }: Caller): Reader => ({
  labels: pods.labels,
  namespace: pods.namespace,
  gateways: [gateway?.key ?? MESH_GATEWAY],
});

/**
 * The VirtualServices that a caller's proxy has for one of some names: the most exact name counts. A sidecar takes the first of several, and a
 * gateway all of them. https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services
 */
function servicesFor(names: readonly string[], caller: Caller, inventory: Inventory): readonly VirtualService[] {
  const sidecar = caller.gateway ? undefined : inventory.sidecarOf(caller.pods);
  const found = inventory.virtualServices.flatMap((one) => {
    const isIts =
      one.gateways.includes(caller.gateway?.key ?? MESH_GATEWAY) && isVisible(one.namespace, one.exportTo, caller.pods.namespace);
    if (!isIts) return [];
    return one.hosts
      .filter(
        (pattern) => names.some((name) => hostCovers(pattern, name)) && (caller.gateway || sidecarImports(sidecar, one.namespace, pattern)),
      )
      .map((pattern) => ({ one, exactness: isWildcard(pattern) ? pattern.length : Number.POSITIVE_INFINITY }));
  });
  const most = found.reduce((best, { exactness }) => Math.max(best, exactness), 0);
  const best = found.filter(({ exactness }) => exactness === most).map(({ one }) => one);
  return caller.gateway ? [...new Set(best)] : best.slice(0, 1);
}

const direct = (host: Host, port: number, path: string, seen: string): Chosen => ({
  name: '',
  destinations: [{ host: host.hosts[0] ?? '', fullHost: host.hosts[0] ?? '', port, path: '' }],
  path,
  host: seen,
});

/** The route of a request over HTTP or gRPC; undefined where routes are there and none is for it: 404. */
export function httpRouteOf(host: Host, request: HttpRequest, caller: Caller, inventory: Inventory): Chosen | undefined {
  const { gateway } = caller;
  if (gateway && !gateway.hosts.some((pattern) => hostCovers(pattern, request.host))) return undefined;
  const services = servicesFor(gateway ? [request.host] : host.hosts, caller, inventory);
  if (!gateway && !services.some(({ http }) => http.length > 0)) return direct(host, request.port, request.path, request.host);
  const routes = services.flatMap((service) => routesOf(service, inventory));
  for (const route of services.length > 1 ? catchAllsLast(routes) : routes) {
    const match = matchOf(route, request, comparing(caller));
    if (!match) continue;
    return {
      object: nameOf(route.of.object),
      name: route.name ?? route.path,
      destinations: route.destinations,
      route,
      path: rewritten(route, match, request.path),
      host: route.rewrite.authority ?? request.host,
    };
  }
  return undefined;
}

/** Where several VirtualServices are merged, istiod moves the routes that any request meets to the end. */
const catchAllsLast = (routes: readonly HttpRoute[]): readonly HttpRoute[] => [
  ...routes.filter(({ matches }) => matches.length > 0),
  ...routes.filter(({ matches }) => matches.length === 0),
];

/** Whether a gateway has a route that leads to a host. */
export const leadsTo = (host: Host, gateway: Gateway, inventory: Inventory): VirtualService | undefined =>
  inventory.virtualServices.find(
    (service) =>
      service.gateways.includes(gateway.key) &&
      [...routesOf(service, inventory), ...service.plain].some(({ destinations }) => destinations.some((one) => isTo(host, one))),
  );

/** Whether a destination is a host, by any of its names. */
export const isTo = ({ hosts }: Host, { fullHost }: Destination): boolean => hosts.some((name) => hostCovers(name, fullHost));

/** The routes of a VirtualService, with those of its delegates in the place of who delegates. */
function routesOf({ http }: VirtualService, inventory: Inventory): readonly HttpRoute[] {
  return http.flatMap((route) => {
    if (route.delegate === undefined) return [route];
    const to = inventory.virtualServices.find(({ namespace, name }) => `${namespace}/${name}` === route.delegate);
    // A request takes a delegate's route where it meets both.
    return (to?.http ?? []).map((own) => ({ ...own, matches: [...merged(route, own)] }));
  });
}

const merged = ({ matches: outer }: HttpRoute, { matches: inner }: HttpRoute): HttpRoute['matches'] =>
  outer.length === 0
    ? inner
    : inner.length === 0
      ? outer
      : outer.flatMap((a) =>
          inner.map((b) => ({
            ...a,
            ...b,
            headers: new Map([...a.headers, ...b.headers]),
            withoutHeaders: new Map([...a.withoutHeaders, ...b.withoutHeaders]),
            queryParams: new Map([...a.queryParams, ...b.queryParams]),
            gateways: a.gateways,
          })),
        );

/** The route of a TCP connection; undefined where a gateway has none that leads to the host. */
export function plainRouteOf(host: Host, port: number, caller: Caller, inventory: Inventory): Chosen | undefined {
  const { gateway } = caller;
  const service = gateway ? leadsTo(host, gateway, inventory) : servicesFor(host.hosts, caller, inventory)[0];
  const route = service?.plain.find((one) =>
    gateway ? one.destinations.some((destination) => isTo(host, destination)) : one.kind === 'tcp' && isForConnection(one, port, caller),
  );
  if (!service || !route) return gateway ? undefined : direct(host, port, '', '');
  return { object: nameOf(service.object), name: route.path, destinations: route.destinations, path: '', host: '' };
}

const isForConnection = ({ matches }: PlainRoute, port: number, { pods }: Caller): boolean =>
  matches.length === 0 ||
  matches.some((match) => (match.port === undefined || match.port === port) && covers(match.sourceLabels, pods.labels));

/** A request as a proxy compares it. */
export interface HttpRequest {
  readonly method: string;
  /** Normalized, with its query. */
  readonly path: string;
  readonly host: string;
  readonly port: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** The match of a route that a request meets; `all` for a route without matches; undefined where it meets none. */
function matchOf({ matches }: HttpRoute, request: HttpRequest, proxy: Reader): HttpMatch | 'all' | undefined {
  if (matches.length === 0) return 'all';
  return matches.find((match) => isFor(match, proxy) && meets(match, request));
}

function meets(match: HttpMatch, { method, path, host, port, headers }: HttpRequest): boolean {
  const [bare = '', query = ''] = path.split(/\?(.*)/s);
  const compared: readonly [StringMatch | undefined, string, boolean?][] = [
    [match.uri, bare, match.ignoreUriCase],
    [match.method, method],
    [match.authority, host],
    [match.scheme, 'http'],
  ];
  return (
    compared.every(([wanted, actual, ignoreCase]) => !wanted || stringMatches(wanted, actual, ignoreCase)) &&
    (match.port === undefined || match.port === port) &&
    all(match.headers, (name) => headers.get(name.toLowerCase())) &&
    all(match.queryParams, (name) => new URLSearchParams(query).get(name) ?? undefined) &&
    ![...match.withoutHeaders].some(([name, unwanted]) => isThere(unwanted, headers.get(name.toLowerCase())))
  );
}

const all = (wanted: ReadonlyMap<string, StringMatch>, valueNamed: (name: string) => string | undefined): boolean =>
  [...wanted].every(([name, match]) => isThere(match, valueNamed(name)));

const isThere = (match: StringMatch, value: string | undefined): boolean => value !== undefined && stringMatches(match, value);

/** The path that the callee sees. https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite */
export function rewritten({ rewrite }: HttpRoute, match: HttpMatch | 'all', path: string): string {
  if (rewrite.uri === undefined) return path;
  const matched = match === 'all' || match.uri?.kind !== 'prefix' ? (path.split('?')[0] ?? '') : match.uri.value;
  return `${rewrite.uri}${path.slice(matched.length)}`;
}
