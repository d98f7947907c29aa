import { GATEWAY } from '@mesh-platform/kubernetes';
import type { HttpRoute, VirtualService } from '../kinds.ts';
import { isDuration, serviceNamed } from '../names.ts';
import type { EntrySpec } from '../topology/mesh.ts';
import type { Given } from './given.ts';
import { accountsOf, callOf, operationsOf } from './read-calls.ts';
import type { BareService } from './read-services.ts';

/** Reads the gateway: its VirtualService, and the operations that it may use. */
export function readEntry(given: Given, services: ReadonlyMap<string, BareService>): EntrySpec | undefined {
  const [route] = given.routes.filter(isEntry);
  const http = route?.spec.http ?? [];
  const to = serviceNamed(http.at(-1)?.route?.[0]?.destination?.host ?? '', given.namespace);
  const service = to === undefined ? undefined : services.get(to);
  if (!route || to === undefined || !service) return undefined;
  const rule = given.policies
    .filter(({ spec }) => spec.selector?.matchLabels?.app === to)
    .flatMap(({ spec }) => spec.rules ?? [])
    .find((one) => accountsOf(one).includes(GATEWAY.serviceAccount));
  const operations = rule ? operationsOf(rule) : [];
  const shared = http.filter((one) => !isPinned(one));
  const last = shared.at(-1)?.timeout;
  const { timeout, ...call } = callOf('', operations, service, shared);
  const sticky = stickyOf(http, service);
  return {
    to,
    hosts: [...(route.spec.hosts ?? [])],
    timeout: last && isDuration(last) ? last : (timeout ?? '15s'),
    hidden: [...(operations[0]?.notPaths ?? [])],
    ...call,
    ...(sticky ? { sticky } : {}),
  };
}

export const isEntry = ({ spec }: VirtualService): boolean => (spec.gateways ?? ['mesh']).some((gateway) => gateway !== 'mesh');

/** Whether a route is for visits to one version: by a cookie, or by the path of its assets. */
const isPinned = ({ match = [], route = [] }: HttpRoute): boolean =>
  route.length === 1 && route[0]?.weight === undefined && match.length > 0;

function stickyOf(http: readonly HttpRoute[], { versions }: BareService): EntrySpec['sticky'] {
  const matches = http.filter(isPinned).flatMap(({ match = [] }) => match);
  const cookies = matches.map(({ headers }) => /([A-Za-z0-9_-]+)=[a-z0-9-]+\(/.exec(headers?.cookie?.regex ?? '')?.[1]);
  const cookie = cookies.find((name) => name !== undefined);
  const prefix = matches
    .map(({ uri }) => uri?.prefix)
    .find((path) => path !== undefined && versions.some((version) => path.includes(version)));
  const [version = ''] = versions.filter((one) => prefix?.includes(one));
  return cookie && prefix ? { cookie, assets: prefix.replace(version, '{version}') } : undefined;
}
