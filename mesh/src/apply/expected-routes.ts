import { isDeepStrictEqual } from 'node:util';
import type { Named } from '../model/fields.ts';
import { type Destination, type HttpMatch, type HttpRoute, isFor, type Reader, type VirtualService } from '../model/virtual-services.ts';
import { parseDuration } from '../names.ts';
import type { ProxyRoute, WeightedCluster } from './proxy-config.ts';

/** How a proxy names the VirtualService that a route was made from. */
export const routeOriginOf = ({ namespace, name }: Named): RegExp => new RegExp(`/namespaces/${namespace}/virtual-service/${name}$`);

/** Returns a message with what is missing in a proxy's routes of a VirtualService; undefined where they are in sync. */
export function missingRoutes(service: VirtualService, reader: Reader, held: readonly ProxyRoute[]): string | undefined {
  const origin = routeOriginOf(service);
  const own = held.filter((route) => origin.test(route.origin));
  const expected = reachable(service.http).flatMap((route) => forReader(route, reader));
  const names = new Set(expected.map(routeName));
  const stale = own.find(({ name }) => !names.has(name));
  if (stale) return `still has the route ${stale.name || 'without a name'}`;
  for (const name of names) {
    const wanted = expected.filter((route) => routeName(route) === name);
    const found = own.filter((route) => route.name === name);
    if (found.length === 0) return `has no route ${name || 'without a name'}`;
    // The routes stand once in each virtual host.
    if (found.length % wanted.length !== 0) return `has ${found.length} routes ${name}, not ${wanted.length}`;
    const missing = found.map((route, index) => difference(wanted[index % wanted.length] as OneMatch, route)).find(Boolean);
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
  const last = routes.findIndex(({ matches }) => matches.length === 0);
  return last < 0 ? routes : routes.slice(0, last + 1);
}

const forReader = (route: HttpRoute, reader: Reader): OneMatch[] =>
  route.matches.length === 0 ? [{ route }] : route.matches.filter((match) => isFor(match, reader)).map((match) => ({ route, match }));

function difference({ route, match }: OneMatch, held: ProxyRoute): string | undefined {
  const condition = JSON.stringify(held.match);
  const absent = match && literals(match).find((text) => !condition.includes(JSON.stringify(text).slice(1, -1)));
  if (absent) return `has not the condition ${absent}`;
  if (route.destinations.length === 0) return undefined; // it redirects or answers by itself
  const weights = weightsOf(route.destinations);
  if (!isDeepStrictEqual(withoutPort(held.clusters), weights))
    return `goes to ${inWords(withoutPort(held.clusters))}, not to ${inWords(weights)}`;
  if (route.timeout && parseDuration(route.timeout) !== parseDuration(held.timeout ?? ''))
    return `has the timeout ${held.timeout}, not ${route.timeout}`;
  const { attempts, perTryTimeout, retryOn = [] } = route.retries ?? {};
  if (attempts !== undefined && attempts !== (held.retries?.attempts ?? 0))
    return `retries ${held.retries?.attempts ?? 0} times, not ${attempts}`;
  if (attempts === 0) return undefined;
  if (perTryTimeout && parseDuration(perTryTimeout) !== parseDuration(held.retries?.perTry ?? ''))
    return `gives a try ${held.retries?.perTry ?? 'no time of its own'}, not ${perTryTimeout}`;
  const heldConditions = held.retries?.on.split(',') ?? [];
  if (!retryOn.every((reason) => /^\d+$/.test(reason) || heldConditions.includes(reason)))
    return `retries on ${held.retries?.on}, not on ${retryOn.join(',')}`;
  return undefined;
}

/** Texts that a condition compares with. */
const literals = ({ uri, scheme, method, authority, headers, queryParams }: HttpMatch): string[] =>
  [uri, scheme, method, authority, ...headers.values(), ...queryParams.values()].flatMap((match) => match?.value || []);

/** The subset and host of each destination that gets requests, with its percents; the port may be left to the Service. */
function weightsOf(destinations: readonly Destination[]): WeightedCluster[] {
  const named = destinations.map(({ subset = '', fullHost, weight = 0 }) => ({
    cluster: `${subset}|${fullHost}`,
    percent: destinations.length === 1 ? 100 : weight,
  }));
  return inOrder(named.filter(({ percent }) => percent > 0));
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
