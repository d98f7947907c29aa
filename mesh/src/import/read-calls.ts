import { GATEWAY } from '@mesh-platform/kubernetes';
import type { Operation, Rule } from '../model/security-policies.ts';
import type { Sidecar } from '../model/sidecars.ts';
import type { HttpRoute } from '../model/virtual-services.ts';
import { type Duration, isDuration, isWildcard, milliseconds, serviceNamed } from '../names.ts';
import { DEFAULT_TIMEOUT, isSafeForAll } from '../topology/define-mesh.ts';
import type { CallSpec, MethodsSpec } from '../topology/spec.ts';
import type { Given } from './given.ts';
import { keyOf, policyOf, routeFor } from './read-operations.ts';
import type { BareService } from './read-services.ts';

const IDEMPOTENT_KEY = /^(GET|HEAD|PUT|DELETE|OPTIONS|TRACE)(,(GET|HEAD|PUT|DELETE|OPTIONS|TRACE))* /;

/** The calls of every service, as policies admit them and routes treat them; and those to outside, as Sidecars know them. */
export function readCalls(
  given: Given,
  services: ReadonlyMap<string, BareService>,
): ReadonlyMap<string, Readonly<Record<string, CallSpec>>> {
  const calls = new Map([...services.keys()].map((name) => [name, new Map<string, CallSpec>()]));
  for (const [callee, service] of services) {
    const callers = isOpen(given, callee) ? [...services.keys()].map((from) => ({ from, operations: [] })) : callersOf(given, callee);
    for (const { from, operations } of callers)
      calls.get(from)?.set(callee, service.protocol === 'tcp' ? {} : callOf(from, operations, service, httpRoutesTo(given, callee)));
  }
  for (const [caller, external] of externalCalls(given, [...services.keys()])) calls.get(caller)?.set(external, {});
  return new Map([...calls].map(([name, all]) => [name, inOrderOf(egressOf(given, name), Object.fromEntries(all))]));
}

/** Whether no policy names the callers of a service, so that everything may call it. */
export function isOpen({ inventory, namespace }: Given, name: string): boolean {
  const host = inventory.hosts.find((one) => one.isService && one.name === name);
  const [pods = { namespace, labels: new Map([['app', name]]) }] = host ? inventory.podsOrSelector(host) : [];
  return !inventory.policiesOn(pods).some(({ action }) => action === 'ALLOW');
}

/** The callers of a service that a policy names, with their operations. */
function callersOf({ inventory }: Given, callee: string): { from: string; operations: readonly Operation[] }[] {
  return inventory.authorizationPolicies
    .filter(({ action, selector }) => action === 'ALLOW' && selector.get('app') === callee)
    .flatMap(({ rules }) => rules)
    .flatMap((rule) =>
      accountsOf(rule)
        .filter((account) => account !== GATEWAY.serviceAccount)
        .flatMap((account) => servicesOf(inventory, account))
        .map((from) => ({ from, operations: rule.to })),
    );
}

/** The services whose pods run as an account; its own name where no workload is given. */
export function servicesOf(inventory: Given['inventory'], account: string): readonly string[] {
  const workloads = inventory.workloads.filter(({ serviceAccount }) => serviceAccount === account);
  const names = workloads.flatMap((workload) => inventory.servicesOf(workload)).map(({ name }) => name);
  return names.length > 0 ? [...new Set(names)] : [account];
}

export const accountsOf = ({ from }: Rule): readonly string[] =>
  from.flatMap(({ principals }) => principals?.values ?? []).map((principal) => principal.slice(principal.lastIndexOf('/') + 1));

const httpRoutesTo = ({ inventory, namespace }: Given, callee: string): readonly HttpRoute[] =>
  inventory.virtualServices
    .filter(({ hosts }) => hosts.some((host) => serviceNamed(host, namespace) === callee))
    .flatMap(({ http }) => http);

/** A call with the timeout of its slowest operation; each operation sets only what differs. */
export function callOf(
  caller: string,
  operations: readonly Operation[],
  { protocol }: BareService,
  routes: readonly HttpRoute[],
): CallSpec {
  const read = operations.map((operation): [string | undefined, MethodsSpec] => {
    const key = keyOf(protocol, operation);
    const route = routeFor(routes, caller, operation);
    return [key, route ? policyOf(route, IDEMPOTENT_KEY.test(key ?? '')) : {}];
  });
  const timeouts = read.flatMap(([, { timeout }]) => (timeout ? [timeout] : []));
  const everybody = routes.length === 1 || operations.length === 0 ? routes.at(-1)?.timeout : undefined;
  const timeout = slowest(everybody && isDuration(everybody) ? [...timeouts, everybody] : timeouts);
  const last = routes.at(-1);
  const [[firstKey, first] = [undefined, last ? policyOf(last, false) : {}]] = read;
  // Retries of every request must be safe for every request.
  if (firstKey === undefined)
    return { timeout, ...(first.retries && isSafeForAll(first.retries.on ?? []) ? { retries: first.retries } : {}) };
  const methods = read.map(([key, spec]) => [key ?? '', spec.timeout === timeout ? withoutTimeout(spec) : spec] as const);
  return { timeout, methods: Object.fromEntries(methods) };
}

/** A topology requires a timeout, also where the routes set none. */
const slowest = (timeouts: readonly Duration[]): Duration =>
  timeouts.reduce<Duration | undefined>((a, b) => (a !== undefined && milliseconds(a) >= milliseconds(b) ? a : b), undefined) ??
  DEFAULT_TIMEOUT;

const withoutTimeout = ({ timeout: _, ...rest }: MethodsSpec): MethodsSpec => rest;

/** The hosts that a Sidecar names, in its order. */
const namesIn = ({ egress = [] }: Sidecar): readonly string[] => egress.flatMap(({ exact }) => [...exact.keys()]);

/** Without a Sidecar a proxy knows every external host. */
function externalCalls({ inventory, namespace }: Given, callers: readonly string[]): readonly (readonly [string, string])[] {
  const entries = inventory.hosts.filter(({ isService, hosts }) => !isService && !hosts.every(isWildcard));
  return callers.flatMap((caller) => {
    const sidecar = inventory.sidecarOf({ namespace, labels: new Map([['app', caller]]) });
    const names = new Set(sidecar ? namesIn(sidecar) : []);
    const known = sidecar?.egress ? entries.filter((entry) => entry.hosts.some((host) => names.has(host))) : entries;
    return known.map(({ name }) => [caller, name] as const);
  });
}

/** The callees that a proxy knows, in the order of its Sidecar: the order of the calls in the topology. */
function egressOf({ inventory: { hosts, sidecars }, namespace }: Given, caller: string): readonly string[] {
  const own = sidecars.find(({ selector }) => selector.get('app') === caller);
  const entryOf = (name: string) => hosts.find((entry) => !entry.isService && entry.hosts.includes(name));
  return (own ? namesIn(own) : []).map((name) => entryOf(name)?.name ?? serviceNamed(name, namespace) ?? name);
}

const inOrderOf = <T>(order: readonly string[], all: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(
    Object.entries(all).sort(([a], [b]) => (order.indexOf(a) + 1 || order.length + 1) - (order.indexOf(b) + 1 || order.length + 1)),
  );
