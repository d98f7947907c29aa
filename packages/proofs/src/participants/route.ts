import type { Mesh, Operations } from '@mesh-platform/mesh';
import { type Asked, isAsked, operationsFor, questions } from './path-question.ts';
import { isMissing, type Missing, type Platform } from './platform.ts';

/** A call that is made of the gateway's question for the path. */
export interface CallOnRoute {
  /** Whose proxy makes the call: a service, or THE_GATEWAY. */
  readonly from: string;
  readonly to: Asked;
  readonly operations: Operations;
  /** The call for which it is made; absent for the gateway's own. */
  readonly before?: CallOnRoute;
}

/** A call, and whether one request makes it once: only then do its callee's logs list the attempts of one call. */
export interface RouteCall extends CallOnRoute {
  readonly once: boolean;
}

/** In place of a service's name. */
export const THE_GATEWAY = 'gateway';

/** The calls of a request for the path: the gateway's first, then those nearer to it before those farther away, in the topology's order. */
export function routeOf({ environment: { mesh }, path }: Platform): readonly RouteCall[] | Missing {
  const first = firstCall(mesh, path);
  if (isMissing(first)) return first;
  const calls: CallOnRoute[] = [first];
  const reached = new Set([first.to.name]);
  const again = new Set<string>();
  // The list grows while it is gone through.
  for (const call of calls)
    for (const next of nextCalls(call, mesh)) {
      if (reached.has(next.to.name)) again.add(next.to.name);
      else calls.push(next);
      reached.add(next.to.name);
    }
  return calls.map((call) => ({ ...call, once: chain(call).every(({ to }) => !again.has(to.name)) }));
}

function firstCall({ gateway, services }: Mesh, path: string): CallOnRoute | Missing {
  if (!gateway) return { missing: 'the topology has no gateway' };
  const to = services.get(gateway.to);
  if (to?.protocol !== 'http' || !isAsked(to)) return { missing: `the gateway leads to ${gateway.to}, which does not speak HTTP` };
  const operations = operationsFor(gateway, { method: 'GET', path });
  if (!operations) return { missing: `the gateway admits no GET ${path}, which reports the path of a request` };
  return { from: THE_GATEWAY, to, operations };
}

/** Each service calls its callees, except those that the request has passed. */
function nextCalls(before: CallOnRoute, { services }: Mesh): CallOnRoute[] {
  const through = new Set(chain(before).map(({ to }) => to.name));
  return before.to.calls.flatMap((call) => {
    const to = services.get(call.to);
    if (!isAsked(to) || through.has(to.name)) return [];
    const operations = operationsFor(call, questions[to.protocol]);
    return operations ? [{ from: before.to.name, to, operations, before }] : [];
  });
}

/** The proxy that makes the call, as a phrase. */
export const callerOf = ({ from }: CallOnRoute): string => (from === THE_GATEWAY ? 'the gateway' : `${from}’s proxy`);

/** A call, and those for which it is made. */
export const chain = (call: CallOnRoute): readonly CallOnRoute[] => (call.before ? [call, ...chain(call.before)] : [call]);
