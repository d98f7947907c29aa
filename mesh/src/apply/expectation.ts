import { nameOf } from '@mesh-platform/kubernetes';
import { parseDuration, resolveHost } from '../names.ts';
import type { MeshObject } from '../object.ts';
import type { EnvoyCluster, ProxyConfig } from './proxy-config.ts';
import { missingRoutes, type Reader, specOf } from './route-expectation.ts';

/** A proxy that reads the objects: a sidecar, or the pods of a Gateway. */
export interface MeshProxy extends Reader {
  readonly pod: string;
}

/** Returns a message with what is missing in a proxy; undefined where the proxy is in sync. */
export type Expectation = (proxy: MeshProxy, config: ProxyConfig) => string | undefined;

type Rule = (object: MeshObject, proxy: MeshProxy, config: ProxyConfig) => string | undefined;

/** The configuration that each kind adds to a proxy. Other kinds do not reach a proxy, or not in a form that shows their content. */
const rules: Readonly<Record<string, Rule>> = {
  DestinationRule: destinationRule,
  VirtualService: virtualService,
  AuthorizationPolicy: authorizationPolicy,
  PeerAuthentication: peerAuthentication,
};

/** Kinds of which another object can take precedence over ours, so that a proxy's configuration is a mixture. */
export const CONTESTED_KINDS = [
  ['networking.istio.io/v1', 'VirtualService'],
  ['networking.istio.io/v1', 'DestinationRule'],
  ['networking.istio.io/v1', 'Sidecar'],
  ['security.istio.io/v1', 'PeerAuthentication'],
] as const;

/**
 * The configuration that every affected proxy must have once it has the objects. Nothing is expected where `others` contest: objects of the
 * namespace that are not the topology's, or not any more.
 */
export function expectationsOf(objects: readonly MeshObject[], others: readonly MeshObject[] = []): readonly Expectation[] {
  const each = objects.flatMap((object): Expectation[] => {
    const rule = rules[object.kind ?? ''];
    const rivals = others.filter(({ kind }) => kind === object.kind);
    if (!rule || rivals.some((other) => overlaps(object, other))) return [];
    return [
      (proxy, config) => {
        if (object.kind === 'PeerAuthentication' && rivals.some((other) => selects(other, proxy))) return undefined;
        const missing = rule(object, proxy, config);
        return missing && `${nameOf(object)}: ${missing}`;
      },
    ];
  });
  const sidecars = others.filter(({ kind }) => kind === 'Sidecar');
  const expected = egress(objects);
  return [...each, (proxy, config) => (sidecars.some((other) => selects(other, proxy)) ? undefined : expected(proxy, config))];
}

/** Whether two objects of a kind are about the same host. */
function overlaps(one: MeshObject, other: MeshObject): boolean {
  const hostsOf = (object: MeshObject) => {
    const { host, hosts = [] } = (object.spec ?? {}) as { host?: string; hosts?: readonly string[] };
    return [...(host ? [host] : []), ...hosts].map((name) => fullName(name, object));
  };
  const taken = new Set(hostsOf(other));
  return hostsOf(one).some((host) => taken.has(host));
}

interface Selected {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly workloadSelector?: { readonly labels?: Readonly<Record<string, string>> };
}

const isSidecar = ({ gateways }: MeshProxy): boolean => gateways.includes('mesh');

/** Whether the object is about this proxy. Without a selector it is about each of its namespace. */
function selects({ metadata, spec }: MeshObject, proxy: MeshProxy): boolean {
  const { selector, workloadSelector } = (spec ?? {}) as Selected;
  const labels = selector?.matchLabels ?? workloadSelector?.labels ?? {};
  return proxy.namespace === metadata?.namespace && Object.entries(labels).every(([label, value]) => proxy.labels[label] === value);
}

const fullName = (host: string, { metadata }: MeshObject): string => resolveHost(host, metadata?.namespace ?? '');

/** `outbound|8080|v1|web.platform.svc.cluster.local`; the ports under which the proxy knows a host. */
const portsOf = (host: string, { clusters }: ProxyConfig): string[] =>
  [...clusters.keys()]
    .map((name) => name.split('|'))
    .filter(([direction, , subset, name]) => direction === 'outbound' && subset === '' && name === host)
    .map(([, port = '']) => port);

interface DestinationRuleSpec {
  readonly host?: string;
  readonly subsets?: readonly { readonly name: string }[];
  readonly trafficPolicy?: {
    readonly tls?: { readonly subjectAltNames?: readonly string[] };
    readonly connectionPool?: { readonly tcp?: { readonly connectTimeout?: string; readonly maxConnections?: number } };
    readonly outlierDetection?: Readonly<Record<string, unknown>>;
  };
}

/** A proxy that knows the host has its subsets, no other ones, and the policy on each. */
function destinationRule(object: MeshObject, _proxy: MeshProxy, config: ProxyConfig): string | undefined {
  const { host = '', subsets = [], trafficPolicy } = (object.spec ?? {}) as DestinationRuleSpec;
  const name = fullName(host, object);
  const wanted = new Set(subsets.map((subset) => subset.name));
  for (const port of portsOf(name, config)) {
    const held = [...config.clusters.keys()].filter((cluster) => cluster.startsWith(`outbound|${port}|`) && cluster.endsWith(`|${name}`));
    const heldSubsets = new Set(held.map((cluster) => cluster.split('|')[2] ?? ''));
    const absent = [...wanted].find((subset) => !heldSubsets.has(subset));
    if (absent !== undefined) return `has no subset ${absent}`;
    const stale = [...heldSubsets].find((subset) => subset !== '' && !wanted.has(subset));
    if (stale !== undefined) return `still has the subset ${stale}`;
    const missing = held
      .map((cluster) => config.clusters.get(cluster))
      .map((cluster) => cluster && policy(trafficPolicy, cluster))
      .find(Boolean);
    if (missing) return missing;
  }
  return undefined;
}

/** Fields of outlierDetection and what Envoy calls them. https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection */
const OUTLIERS: Readonly<Record<string, string>> = {
  consecutive5xxErrors: 'consecutive_5xx',
  interval: 'interval',
  baseEjectionTime: 'base_ejection_time',
  maxEjectionPercent: 'max_ejection_percent',
};

function policy(
  { tls, connectionPool, outlierDetection }: NonNullable<DestinationRuleSpec['trafficPolicy']> = {},
  cluster: EnvoyCluster,
): string | undefined {
  const sockets = JSON.stringify([cluster.transport_socket, cluster.transport_socket_matches]);
  const name = tls?.subjectAltNames?.find((subject) => !sockets.includes(`"${subject}"`));
  if (name) return `does not demand the name ${name}`;
  const { connectTimeout, maxConnections } = connectionPool?.tcp ?? {};
  if (connectTimeout && parseDuration(connectTimeout) !== parseDuration(cluster.connect_timeout ?? ''))
    return `connects within ${cluster.connect_timeout}, not ${connectTimeout}`;
  const connections = cluster.circuit_breakers?.thresholds?.[0]?.max_connections;
  if (maxConnections !== undefined && maxConnections !== connections)
    return `opens ${connections} connections at most, not ${maxConnections}`;
  for (const [field, value] of Object.entries(outlierDetection ?? {})) {
    const held = cluster.outlier_detection?.[OUTLIERS[field] ?? ''];
    const same = typeof value === 'string' ? parseDuration(value) === parseDuration(String(held)) : value === (held ?? 0);
    if (OUTLIERS[field] && !same) return `has the ${field} ${held}, not ${value}`;
  }
  return undefined;
}

/** A Gateway's proxy has the routes that name it, a sidecar those of the hosts that it knows. */
function virtualService(object: MeshObject, proxy: MeshProxy, config: ProxyConfig): string | undefined {
  const { hosts = [], gateways = ['mesh'], http } = specOf(object);
  if (!http) return undefined;
  const namespace = object.metadata?.namespace;
  const bound = gateways.some((gateway) =>
    proxy.gateways.includes(gateway.includes('/') || gateway === 'mesh' ? gateway : `${namespace}/${gateway}`),
  );
  if (!bound) return undefined;
  if (isSidecar(proxy) && !hosts.some((host) => portsOf(fullName(host, object), config).length > 0)) return undefined;
  return missingRoutes(object, proxy, config.routes);
}

interface AuthorizationSpec {
  readonly rules?: readonly object[];
}

/** Conditions that Envoy writes in a form of its own, which cannot be compared text by text. */
const EXOTIC = /"when"|"\*"|\{\*|[iI]pBlocks"|[nN]amespaces"|[sS]erviceAccounts"|[rR]equestPrincipals"/;

/** The proxy enforces the policy's rules, and in them the same names, methods, paths and ports, no more and no fewer. */
function authorizationPolicy(object: MeshObject, proxy: MeshProxy, { rbac }: ProxyConfig): string | undefined {
  if (!isSidecar(proxy) || !selects(object, proxy)) return undefined;
  const { rules: declared = [] } = (object.spec ?? {}) as AuthorizationSpec;
  const held = new Map(
    [...rbac].filter(([name]) => name.startsWith(`ns[${object.metadata?.namespace}]-policy[${object.metadata?.name}]-`)),
  );
  if (held.size !== Math.max(1, declared.length)) return `enforces ${held.size} rules, not ${Math.max(1, declared.length)}`;
  if (EXOTIC.test(JSON.stringify(declared))) return undefined;
  for (const [index, rule] of declared.entries()) {
    const envoys = [...held].find(([name]) => name.endsWith(`-rule[${index}]`))?.[1];
    const [wanted, found] = [literalsOf(rule), literalsOf(envoys)];
    const absent = [...wanted].find((text) => !found.has(text));
    if (absent) return `does not enforce ${absent} yet`;
    const stale = [...found].find((text) => !wanted.has(text));
    if (stale) return `still allows ${stale}`;
  }
  return undefined;
}

/** Names of Envoy's whose text is part of how it compares and not of what. */
const ENVOYS_OWN = new Set(['name', '@type']);

/** Texts and ports of a rule, ours or Envoy's: without stars, and principals without their trust domain, which may have aliases. */
function literalsOf(rule: unknown): Set<string> {
  const texts = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value)
        .replace(/^\*|\*$/g, '')
        .replace(/^(spiffe:\/\/)?[^/]+(?=\/ns\/)/, '');
      if (text !== '') texts.add(text);
    } else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) if (!ENVOYS_OWN.has(name)) visit(inner);
  };
  visit(rule);
  return texts;
}

/** STRICT for the whole namespace: no proxy of it takes plain text. */
function peerAuthentication(object: MeshObject, proxy: MeshProxy, { takesPlainText }: ProxyConfig): string | undefined {
  const { mtls, selector } = (object.spec ?? {}) as { mtls?: { mode?: string }; selector?: object };
  if (mtls?.mode !== 'STRICT' || selector || !isSidecar(proxy) || !selects(object, proxy)) return undefined;
  return takesPlainText ? 'still takes plain text' : undefined;
}

interface SidecarSpec extends Selected {
  readonly egress?: readonly { readonly hosts?: readonly string[] }[];
}

/** A proxy knows the Services of the topology that its Sidecar names, and no other ones. */
function egress(objects: readonly MeshObject[]): Expectation {
  const sidecars = objects.filter(({ kind }) => kind === 'Sidecar');
  const services = objects.filter(({ kind }) => kind === 'Service');
  return (proxy, config) => {
    const own = sidecars.filter((sidecar) => isSidecar(proxy) && selects(sidecar, proxy));
    const sidecar = own.find(({ spec }) => (spec as SidecarSpec).workloadSelector) ?? own[0];
    if (!sidecar) return undefined;
    const hosts = ((sidecar.spec as SidecarSpec).egress ?? []).flatMap((listener) => listener.hosts ?? []);
    for (const service of services) {
      const { name = '', namespace = '' } = service.metadata ?? {};
      const host = resolveHost(name, namespace);
      const named = hosts.some((pattern) => admits(pattern, namespace, host, proxy.namespace));
      const known = portsOf(host, config).length > 0;
      if (named !== known) return `${nameOf(sidecar)}: ${known ? 'still knows' : 'does not know'} ${host}`;
    }
    return undefined;
  };
}

/** Whether `./web.platform.svc.cluster.local`, `platform/*`, `~/*` names the host of a namespace. */
function admits(pattern: string, namespace: string, host: string, own: string): boolean {
  const [where = '', what = ''] = pattern.split('/');
  const there = where === '*' || where === namespace || (where === '.' && namespace === own);
  return there && (what === '*' || what === host || (what.startsWith('*.') && host.endsWith(what.slice(1))));
}
