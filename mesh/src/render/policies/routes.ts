import type { HttpMatch, HttpRetry, HttpRoute, HttpRouteDestination } from '../../kinds.ts';
import { type Duration, hostOf } from '../../names.ts';
import type { Mesh, Operations, Retries, RetryCondition, Service } from '../../topology/mesh.ts';
import { isSafeForAll } from '../../topology/operations.ts';

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

export const destinationOf = (mesh: Mesh, { name, port }: Service, version: string): HttpRouteDestination => ({
  destination: { host: hostOf(mesh, name), port: { number: port }, subset: version },
});

/** The requests that operations admit; a prefix where a path ends with a star. */
export function matchesOf({ methods, paths }: Operations, protocol: Service['protocol']): HttpMatch[] {
  const method = protocol === 'grpc' || methods.length === 0 ? {} : { method: oneOf(methods) };
  if (paths.length === 0) return Object.keys(method).length > 0 ? [method] : [];
  return paths.map((path) => ({ ...method, uri: path.endsWith('*') ? { prefix: path.slice(0, -1) } : { exact: path } }));
}

const oneOf = (methods: readonly string[]) => (methods.length === 1 ? { exact: methods[0] ?? '' } : { regex: methods.join('|') });

export const samePolicy = (a: RoutePolicy, b: RoutePolicy): boolean =>
  a.timeout === b.timeout &&
  a.retries.attempts === b.retries.attempts &&
  a.retries.perTry === b.retries.perTry &&
  a.retries.on.join() === b.retries.on.join();

/** Whether a route sends a request again that may have been done already. */
export const retriesCompletedRequests = ({ retries }: HttpRoute): boolean =>
  !isSafeForAll({ on: (retries?.retryOn?.split(',') ?? []) as RetryCondition[] });
