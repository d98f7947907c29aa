import type { CallTraffic, ServiceState } from '../snapshot.ts';
import type { Edge } from './layout.ts';

/** Services that are drawn as one: those next to what is drawn, and the rest. */
export interface Group {
  /** `12 more callers` */
  readonly name: string;
  readonly members: readonly string[];
}

/** What of many services is drawn: one service, its callers and callees, and the others as groups. */
export interface Drawn {
  readonly services: readonly ServiceState[];
  readonly calls: readonly CallTraffic[];
  readonly groups: readonly Group[];
  /** Calls between groups and services: nothing is read of them. */
  readonly outer: readonly Edge[];
}

/** All services where `focus` is empty; else those around it, with the others collapsed. */
export function collapse(services: readonly ServiceState[], calls: readonly CallTraffic[], focus: string): Drawn {
  if (!focus) return { services, calls, groups: [], outer: [] };
  const near = neighboursOf(focus, calls);
  const isNear = (name: string): boolean => near.has(name);
  const groupOf = new Map<string, string>();
  const group = (kind: string, members: ReadonlySet<string>): readonly Group[] => {
    if (members.size === 0) return [];
    const name = `${members.size} more ${kind}${members.size === 1 ? '' : 's'}`;
    for (const member of members) groupOf.set(member, name);
    return [{ name, members: [...members] }];
  };
  const callers = new Set(calls.flatMap(({ from, to }) => (isNear(to) && !isNear(from) ? [from] : [])));
  const callees = new Set(calls.flatMap(({ from, to }) => (isNear(from) && !isNear(to) && !callers.has(to) ? [to] : [])));
  const others = new Set(services.flatMap(({ name }) => (isNear(name) || callers.has(name) || callees.has(name) ? [] : [name])));
  const groups = [...group('caller', callers), ...group('callee', callees), ...group('service', others)];
  const outer = new Map<string, Edge>();
  for (const call of calls) {
    const [from, to] = [groupOf.get(call.from) ?? call.from, groupOf.get(call.to) ?? call.to];
    if (from !== to && !(isNear(from) && isNear(to))) outer.set(`${from}|${to}`, { from, to });
  }
  return {
    services: services.filter(({ name }) => isNear(name)),
    calls: calls.filter(({ from, to }) => isNear(from) && isNear(to)),
    groups,
    outer: [...outer.values()],
  };
}

/** A service with its callers and callees: what the page shows of many, and the proxies that the view reads then. */
export const neighboursOf = (name: string, calls: readonly Edge[]): ReadonlySet<string> =>
  new Set([name, ...calls.flatMap(({ from, to }) => (from === name ? [to] : to === name ? [from] : []))]);
