import { type Mesh, milliseconds, type Operations, type RetryCondition, type Service } from '@mesh-platform/mesh';
import { type Asked, isAsked, operationsFor, questions } from './path-question.ts';
import { isMissing, type Missing, type Platform } from './platform.ts';
import { type CallOnRoute, chain, type RouteCall, routeOf, THE_GATEWAY } from './route.ts';

// The participants of the checks: of those that suit, the first in the topology's order.

/** A service, and one that it may ask for the path. */
export interface Pair {
  readonly caller: Service;
  readonly callee: Asked;
}

/** The first service that may ask another one for the path. */
export function askingPair({ services }: Mesh): Pair | Missing {
  for (const caller of services.values())
    for (const call of caller.calls) {
      const callee = services.get(call.to);
      if (isAsked(callee) && operationsFor(call, questions[callee.protocol])) return { caller, callee };
    }
  return { missing: 'no service may ask another one for the path of a request' };
}

/** A service, one that it may not call, and another one that its own proxy need not know. */
export interface WrongPair extends Pair {
  readonly undeclaredCallee: Service;
}

/** The first service that does not call every other one. Where the callee is the only service unknown to it, it is one to itself: no proxy knows its own service. */
export function wrongPair({ services }: Mesh): WrongPair | Missing {
  const all = [...services.values()];
  for (const caller of all.filter(isAsked)) {
    const undeclaredCallees = all.filter(({ name }) => name !== caller.name && !caller.calls.some(({ to }) => to === name));
    const callee = undeclaredCallees.find(isAsked);
    if (callee) return { caller, callee, undeclaredCallee: undeclaredCallees.find((one) => one !== callee) ?? caller };
  }
  return { missing: services.size > 1 ? 'each service may call every other one' : 'there is only one service' };
}

/** The first service of the platform's own. */
export function anyService({ services }: Mesh): { readonly service: Asked } | Missing {
  const service = [...services.values()].find(isAsked);
  return service ? { service } : { missing: 'no service speaks HTTP or gRPC' };
}

/** The services that a request for the path reaches, those nearer to the gateway before those farther away. */
export interface Reached {
  readonly first: Asked;
  readonly services: readonly Asked[];
}

/** The first service and all that are asked through it. */
export function reached(platform: Platform): Reached | Missing {
  const route = routeOf(platform);
  if (isMissing(route)) return route;
  const services = route.map(({ to }) => to);
  return { first: services[0] as Asked, services };
}

/** A service with two versions, one of which answers each request. */
export interface Versions {
  readonly service: Asked;
  readonly versions: readonly [string, string];
}

/** The first service with two versions on the route from the gateway. */
export function versionsOnTheRoute(platform: Platform): Versions | Missing {
  const route = routeOf(platform);
  if (isMissing(route)) return route;
  for (const { to: service, once } of route) {
    const [first, second] = service.versions;
    if (once && first !== undefined && second !== undefined) return { service, versions: [first, second] };
  }
  return { missing: 'no service on the route from the gateway has two versions' };
}

/** The retry conditions that match the failure which `x-fault` injects, for each protocol. */
const retriedOn: Readonly<Record<Asked['protocol'], readonly RetryCondition[]>> = {
  http: ['5xx', 'gateway-error'], // 503
  grpc: ['unavailable'],
};

/** The farthest call on the route from the gateway that is retried when its callee fails. */
export const retriedCall = (platform: Platform): CallOnRoute | Missing =>
  farthest(
    platform,
    ({ to: { protocol }, operations: { retries } }) => retries.on.some((one) => retriedOn[protocol].includes(one)),
    'no call on the route from the gateway is retried when its callee fails (on unavailable over gRPC, on 5xx or gateway-error over HTTP)',
  );

/** The farthest call on the route from the gateway whose tries a proxy ends before `limitMs`, and before any other participant does. */
export const limitedCall = (platform: Platform, limitMs: number): CallOnRoute | Missing =>
  farthest(
    platform,
    (call) => endsFirst(call) && tryMs(call.operations) < limitMs,
    `no call on the route from the gateway is cut off by a proxy within ${limitMs / 1000} s`,
  );

/** Whether a proxy ends the call first: a service ends its own call at the timeout, but only the mesh limits a single try and the gateway's call. */
const endsFirst = ({ from, operations, before }: CallOnRoute): boolean =>
  (from === THE_GATEWAY || tryMs(operations) < milliseconds(operations.timeout)) &&
  (!before || chain(before).every((earlier) => tryMs(earlier.operations) > tryMs(operations)));

/** Milliseconds that one try may take. */
export const tryMs = ({ retries, timeout }: Operations): number => Math.min(milliseconds(retries.perTry ?? timeout), milliseconds(timeout));

function farthest(platform: Platform, suits: (call: CallOnRoute) => boolean, missing: string): RouteCall | Missing {
  const { name, variables } = platform.environment;
  if (variables.FAULTS !== 'on') return { missing: `no service injects faults in the environment ${name}: FAULTS is not on` };
  const route = routeOf(platform);
  if (isMissing(route)) return route;
  const found = route.filter((call) => call.once && suits(call));
  const depth = Math.max(...found.map((call) => chain(call).length));
  return found.find((call) => chain(call).length === depth) ?? { missing };
}
