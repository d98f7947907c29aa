import { isDeepStrictEqual } from 'node:util';
import { parseDuration, resolveHost } from '../names.ts';
import type { MeshObject } from '../object.ts';
import type { ProxyRoute, WeightedCluster } from './proxy-config.ts';

/** The parts of a VirtualService that its routes are made from. */
export interface VirtualServiceSpec {
  readonly hosts?: readonly string[];
  readonly gateways?: readonly string[];
  readonly http?: readonly HttpRoute[];
}
export interface HttpRoute {
  readonly name?: string;
  readonly match?: readonly HttpMatch[];
  readonly route?: readonly RouteDestination[];
  readonly timeout?: string;
  readonly retries?: { readonly attempts?: number; readonly perTryTimeout?: string; readonly retryOn?: string };
}
export interface RouteDestination {
  readonly destination: { readonly host: string; readonly subset?: string; readonly port?: { readonly number?: number } };
  readonly weight?: number;
}
interface HttpMatch {
  readonly name?: string;
  readonly gateways?: readonly string[];
  readonly sourceLabels?: Readonly<Record<string, string>>;
  readonly sourceNamespace?: string;
  readonly [condition: string]: unknown;
}

/** The proxy that reads the routes: a match may apply to some proxies only. */
export interface Reader {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the Gateways that the proxy is; `mesh` for a sidecar. */
  readonly gateways: readonly string[];
}

export const specOf = ({ spec }: MeshObject): VirtualServiceSpec => (spec ?? {}) as VirtualServiceSpec;

/** How a proxy names the VirtualService that a route was made from. */
export const originOf = ({ metadata }: MeshObject): RegExp =>
  new RegExp(`/namespaces/${metadata?.namespace}/virtual-service/${metadata?.name}$`);

/** Returns a message with what is missing in a proxy's routes of a VirtualService; undefined where they are in sync. */
export function missingRoutes(object: MeshObject, reader: Reader, held: readonly ProxyRoute[]): string | undefined {
  const origin = originOf(object);
  const own = held.filter((route) => origin.test(route.origin));
  const expected = reachable(specOf(object).http ?? []).flatMap((route) => forReader(route, reader));
  const names = new Set(expected.map(routeName));
  const stale = own.find(({ name }) => !names.has(name));
  if (stale) return `still has the route ${stale.name || 'without a name'}`;
  for (const name of names) {
    const wanted = expected.filter((route) => routeName(route) === name);
    const found = own.filter((route) => route.name === name);
    if (found.length === 0) return `has no route ${name || 'without a name'}`;
    // The routes stand once in each virtual host.
    if (found.length % wanted.length !== 0) return `has ${found.length} routes ${name}, not ${wanted.length}`;
    const missing = found.map((route, index) => difference(wanted[index % wanted.length] as OneMatch, route, object)).find(Boolean);
    if (missing) return `route ${name}: ${missing}`;
  }
  return undefined;
}

/** A route with one of its match conditions, as a proxy has it. */
interface OneMatch {
  readonly route: HttpRoute;
  readonly match?: HttpMatch;
}

const routeName = ({ route, match }: OneMatch): string => (match?.name ? `${route.name ?? ''}.${match.name}` : (route.name ?? ''));

/** istiod leaves out what follows a route without conditions. */
function reachable(routes: readonly HttpRoute[]): readonly HttpRoute[] {
  const last = routes.findIndex(({ match }) => !match || match.length === 0);
  return last < 0 ? routes : routes.slice(0, last + 1);
}

function forReader(route: HttpRoute, { namespace, labels, gateways }: Reader): OneMatch[] {
  if (!route.match || route.match.length === 0) return [{ route }];
  return route.match
    .filter(
      (match) =>
        (!match.gateways || match.gateways.some((name) => gateways.includes(name))) &&
        (!match.sourceNamespace || match.sourceNamespace === namespace) &&
        Object.entries(match.sourceLabels ?? {}).every(([label, value]) => labels[label] === value),
    )
    .map((match) => ({ route, match }));
}

function difference({ route, match }: OneMatch, held: ProxyRoute, object: MeshObject): string | undefined {
  const condition = JSON.stringify(held.match);
  const absent = match && literals(match).find((text) => !condition.includes(JSON.stringify(text).slice(1, -1)));
  if (absent) return `has not the condition ${absent}`;
  if (!route.route) return undefined; // it redirects or answers by itself
  const weights = weightsOf(route.route, object.metadata?.namespace ?? '');
  if (!isDeepStrictEqual(withoutPort(held.clusters), weights))
    return `goes to ${inWords(withoutPort(held.clusters))}, not to ${inWords(weights)}`;
  if (route.timeout && parseDuration(route.timeout) !== parseDuration(held.timeout ?? ''))
    return `has the timeout ${held.timeout}, not ${route.timeout}`;
  const { attempts, perTryTimeout, retryOn } = route.retries ?? {};
  if (attempts !== undefined && attempts !== (held.retries?.attempts ?? 0))
    return `retries ${held.retries?.attempts ?? 0} times, not ${attempts}`;
  if (attempts === 0) return undefined;
  if (perTryTimeout && parseDuration(perTryTimeout) !== parseDuration(held.retries?.perTry ?? ''))
    return `gives a try ${held.retries?.perTry ?? 'no time of its own'}, not ${perTryTimeout}`;
  if (retryOn && !retryOn.split(',').every((reason) => /^\d+$/.test(reason.trim()) || held.retries?.on.split(',').includes(reason.trim())))
    return `retries on ${held.retries?.on}, not on ${retryOn}`;
  return undefined;
}

/** Texts that a condition compares with. */
function literals({ uri, scheme, method, authority, headers, queryParams }: HttpMatch): string[] {
  const leaves = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
  return [uri, scheme, method, authority, headers, queryParams].flatMap(leaves);
}

/** The subset and host of each destination that gets requests, with its percents; the port may be left to the Service. */
function weightsOf(route: readonly RouteDestination[], namespace: string): WeightedCluster[] {
  const named = route.map(({ destination, weight = 0 }) => ({
    cluster: `${destination.subset ?? ''}|${resolveHost(destination.host, namespace)}`,
    percent: route.length === 1 ? 100 : weight,
  }));
  const used = named.filter(({ percent }) => percent > 0);
  return inOrder(used);
}

/** `outbound|8080|v1|web.platform.svc.cluster.local` → `v1|web.platform.svc.cluster.local` */
const withoutPort = (clusters: readonly WeightedCluster[]): WeightedCluster[] =>
  inOrder(clusters.map(({ cluster, percent }) => ({ cluster: cluster.split('|').slice(2).join('|'), percent })));

/** By name; a lone one gets everything, whatever its weight. */
function inOrder(weights: readonly WeightedCluster[]): WeightedCluster[] {
  const total = weights.reduce((sum, { percent }) => sum + percent, 0);
  return weights
    .map(({ cluster, percent }) => ({ cluster, percent: total > 0 ? (percent / total) * 100 : 0 }))
    .sort((a, b) => a.cluster.localeCompare(b.cluster));
}

const inWords = (weights: readonly WeightedCluster[]): string =>
  weights.map(({ cluster, percent }) => `${cluster.split('|')[0] || cluster.split('|')[1]} ${percent} %`).join(', ') || 'nothing';
