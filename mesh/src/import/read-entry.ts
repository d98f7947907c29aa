import { GATEWAY } from '@mesh-platform/kubernetes';
import type { HttpRoute } from '../model/virtual-services.ts';
import { isDuration, MESH_GATEWAY, serviceNamed } from '../names.ts';
import { DEFAULT_TIMEOUT } from '../topology/define-mesh.ts';
import type { EntrySpec } from '../topology/spec.ts';
import type { Given } from './given.ts';
import { accountsOf, callOf } from './read-calls.ts';
import type { BareService } from './read-services.ts';

/** Reads the gateway: its VirtualService, and the operations that it may use. */
export function readEntry({ inventory, namespace }: Given, services: ReadonlyMap<string, BareService>): EntrySpec | undefined {
  const entry = inventory.virtualServices.find(({ gateways }) => gateways.some((gateway) => gateway !== MESH_GATEWAY));
  const http = entry?.http ?? [];
  const to = serviceNamed(http.at(-1)?.destinations[0]?.fullHost ?? '', namespace);
  const service = to === undefined ? undefined : services.get(to);
  if (!entry || to === undefined || !service) return undefined;
  const rule = inventory.authorizationPolicies
    .filter(({ selector }) => selector.get('app') === to)
    .flatMap(({ rules }) => rules)
    .find((one) => accountsOf(one).includes(GATEWAY.serviceAccount));
  const operations = rule?.to ?? [];
  const shared = http.filter((one) => !isPinned(one));
  const last = shared.at(-1)?.timeout;
  const { timeout, ...call } = callOf('', operations, service, shared);
  const sticky = stickyOf(http, service);
  return {
    to,
    hosts: [...entry.hosts],
    timeout: last && isDuration(last) ? last : (timeout ?? DEFAULT_TIMEOUT),
    hidden: [...(operations[0]?.paths?.not ?? [])],
    ...call,
    ...(sticky ? { sticky } : {}),
  };
}

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
