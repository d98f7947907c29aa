import { GATEWAY } from '@mesh-platform/kubernetes';
import type { Inventory } from '../model/inventory.ts';
import type { Operation, Rule, ValueFilter } from '../model/security-policies.ts';
import type { HttpRoute, VirtualService } from '../model/virtual-services.ts';
import { accountIn, hostCovers, hostsOverlap, isDuration, MESH_GATEWAY, serviceNamed } from '../names.ts';
import { DEFAULT_TIMEOUT, HTTP_METHODS } from '../topology/define-mesh.ts';
import type { EntrySpec } from '../topology/spec.ts';
import type { Given } from './given.ts';
import { accountsOf, callOf } from './read-calls.ts';
import { pathOf } from './read-operations.ts';
import type { BareService } from './read-services.ts';

/** Reads the gateway: its VirtualService, and the operations that it may use. */
export function readEntry({ inventory, namespace }: Given, services: ReadonlyMap<string, BareService>): EntrySpec | undefined {
  const entries = inventory.virtualServices.filter(({ gateways }) => gateways.some((gateway) => gateway !== MESH_GATEWAY));
  const entry = entries.find(({ http }) => http.length > 0);
  const http = entry?.http ?? [];
  const to = serviceNamed(http.at(-1)?.destinations[0]?.fullHost ?? '', namespace);
  const service = to === undefined ? undefined : services.get(to);
  if (!entry || to === undefined || !service) return undefined;
  const rule = gatewayRule(inventory, to);
  const operations = rule?.to ?? (service.protocol === 'http' ? operationsOf(http) : []);
  const sticky = stickyOf(http, service);
  const shared = sticky ? http.filter((one) => !isPinned(one)) : http;
  const last = shared.at(-1)?.timeout;
  const { timeout, ...call } = callOf('', operations, service, shared);
  return {
    to,
    hosts: servedHosts(entry, inventory),
    ...podsIn(rule),
    timeout: last && isDuration(last) ? last : (timeout ?? DEFAULT_TIMEOUT),
    hidden: [...(operations[0]?.paths?.not ?? [])],
    ...call,
    ...(sticky ? { sticky } : {}),
  };
}

/** The rule of a service's policies that allows the gateway. */
export const gatewayRule = (inventory: Inventory, service: string): Rule | undefined =>
  inventory.authorizationPolicies
    .filter(({ selector }) => selector.get('app') === service)
    .flatMap(({ rules }) => rules)
    .find((one) => accountsOf(one).includes(GATEWAY.serviceAccount));

/** The gateway's pods, where a policy names them in another namespace than this repository's. */
function podsIn(rule: Rule | undefined): Pick<EntrySpec, 'pods'> {
  const accounts = rule?.from.flatMap(({ principals }) => principals?.values ?? []).map(accountIn) ?? [];
  const [namespace, serviceAccount] = accounts.find((account) => account?.endsWith(`/${GATEWAY.serviceAccount}`))?.split('/') ?? [];
  return namespace && serviceAccount && namespace !== GATEWAY.namespace ? { pods: { namespace, serviceAccount } } : {};
}

/** The names that both the Gateway and its VirtualService have. */
function servedHosts({ hosts, gateways }: VirtualService, inventory: Inventory): readonly string[] {
  const served = gateways.flatMap((name) => inventory.gateways.get(name)?.hosts ?? []);
  if (served.length === 0) return [...hosts];
  const both = hosts.flatMap((host) => served.filter((one) => hostsOverlap(host, one)).map((one) => (hostCovers(host, one) ? one : host)));
  return [...new Set(both)];
}

/** Where no policy limits the gateway, its routes do: a request that meets none gets 404. Empty where a route takes every request. */
function operationsOf(routes: readonly HttpRoute[]): readonly Operation[] {
  if (routes.some(({ matches }) => matches.length === 0)) return [];
  const paths = new Map<string, Set<string>>();
  for (const { uri, method, headers, queryParams } of routes.flatMap(({ matches }) => matches)) {
    const path = pathOf(uri);
    if (!path?.startsWith('/') || headers.size > 0 || queryParams.size > 0 || /[\s,*]/.test(path.slice(0, -1))) continue;
    const methods = method?.kind === 'exact' ? method.value : HTTP_METHODS.join(',');
    paths.set(methods, (paths.get(methods) ?? new Set()).add(path));
  }
  return [...paths].map(([methods, values]) => ({ methods: wanted(methods.split(',')), paths: wanted([...values]) }));
}

const wanted = (values: readonly string[]): ValueFilter => ({ values, not: [] });

/** Whether a route is for visits to one version: by a cookie, or by the path of its assets. */
const isPinned = ({ matches, destinations }: HttpRoute): boolean =>
  destinations.length === 1 && destinations[0]?.weight === undefined && matches.length > 0;

function stickyOf(http: readonly HttpRoute[], { versions }: BareService): EntrySpec['sticky'] {
  const matches = http.filter(isPinned).flatMap((route) => route.matches);
  const cookies = matches.map(({ headers }) => /([A-Za-z0-9_-]+)=[a-z0-9-]+\(/.exec(headers.get('cookie')?.value ?? '')?.[1]);
  const cookie = cookies.find((name) => name !== undefined);
  const prefix = matches
    .map(({ uri }) => (uri?.kind === 'prefix' ? uri.value : undefined))
    .find((path) => path !== undefined && versions.some((version) => path.includes(version)));
  const [version = ''] = versions.filter((one) => prefix?.includes(one));
  return cookie && prefix ? { cookie, assets: prefix.replace(version, '{version}') } : undefined;
}
