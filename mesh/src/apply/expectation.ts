import { nameOf } from '@mesh-platform/kubernetes';
import { type DestinationRule, type PortPolicy, policyFor } from '../model/destination-rules.ts';
import type { Labels, Named } from '../model/fields.ts';
import { Inventory } from '../model/inventory.ts';
import type { AuthorizationPolicy, Rule } from '../model/security-policies.ts';
import { append, covers } from '../model/selection.ts';
import { sidecarImportsHost } from '../model/sidecars.ts';
import type { Reader, VirtualService } from '../model/virtual-services.ts';
import { MESH_GATEWAY, parseDuration } from '../names.ts';
import type { MeshObject } from '../object.ts';
import { missingRoutes } from './expected-routes.ts';
import type { EnvoyCluster, ProxyConfig } from './proxy-config.ts';

/** A proxy that reads the objects: a sidecar, or the pods of a Gateway. */
export interface MeshProxy extends Reader {
  readonly pod: string;
}

/** Returns a message with what is missing in a proxy; undefined where the proxy is in sync. */
export type Expectation = (proxy: MeshProxy, config: ProxyConfig) => string | undefined;

/**
 * The configuration that every affected proxy must have once it has the objects: what each kind adds to a proxy in a form that shows its
 * content. Nothing is expected where `others` contest: objects of the namespace that are not the topology's, or not any more.
 */
export function expectationsOf(objects: readonly MeshObject[], others: readonly MeshObject[] = []): readonly Expectation[] {
  const own = new Inventory(objects);
  const rivals = new Inventory(others);
  const taken = new Set(rivals.virtualServices.flatMap(({ hosts }) => hosts));
  const ruled = new Set(rivals.destinationRules.map(({ host }) => host));
  const rules = own.destinationRules.filter(({ host }) => !ruled.has(host));
  const routes = own.virtualServices.filter(({ hosts }) => !hosts.some((host) => taken.has(host)));
  return [
    ...rules.map((rule) => named(rule, (_proxy, config) => missingSubsets(rule, config))),
    ...routes.map((service) => named(service, (proxy, config) => routesAt(service, proxy, config))),
    ...own.authorizationPolicies.map((policy) => named(policy, (proxy, config) => missingRules(policy, proxy, config))),
    ...own.peerAuthentications
      .filter(({ mode, selector }) => mode === 'STRICT' && selector.size === 0)
      .map((policy) =>
        named(policy, (proxy, { takesPlainText }) =>
          takesPlainText && isSidecar(proxy) && selects(policy, proxy) && !rivals.peerAuthentications.some((rival) => selects(rival, proxy))
            ? 'still takes plain text'
            : undefined,
        ),
      ),
    (proxy, config) => (rivals.sidecars.some((rival) => selects(rival, proxy)) ? undefined : wrongEgress(own, proxy, config)),
  ];
}

const named =
  ({ object }: Named, expectation: Expectation): Expectation =>
  (proxy, config) => {
    const missing = expectation(proxy, config);
    return missing && `${nameOf(object)}: ${missing}`;
  };

const isSidecar = ({ gateways }: MeshProxy): boolean => gateways.includes(MESH_GATEWAY);

/** Whether an object is about this proxy. Without a selector it is about each of its namespace. */
const selects = ({ namespace, selector }: Named & { readonly selector: Labels }, proxy: MeshProxy): boolean =>
  proxy.namespace === namespace && covers(selector, proxy.labels);

/** A cluster by the parts of its name: `outbound|8080|v1|web.platform.svc.cluster.local`. */
interface OutboundCluster {
  readonly port: number;
  readonly subset: string;
  readonly cluster: EnvoyCluster;
}

const byHost = new WeakMap<ProxyConfig['clusters'], ReadonlyMap<string, readonly OutboundCluster[]>>();

/** The outbound clusters of a host. Each expectation asks for those of its own, so they are read once for all. */
function clustersOf(host: string, { clusters }: ProxyConfig): readonly OutboundCluster[] {
  const known = byHost.get(clusters) ?? outboundClusters(clusters);
  byHost.set(clusters, known);
  return known.get(host) ?? [];
}

function outboundClusters(clusters: ProxyConfig['clusters']): ReadonlyMap<string, readonly OutboundCluster[]> {
  const found = new Map<string, OutboundCluster[]>();
  for (const [name, cluster] of clusters) {
    const [direction, port, subset = '', host = ''] = name.split('|');
    if (direction === 'outbound') append(found, host, { port: Number(port), subset, cluster });
  }
  return found;
}

/** Whether a proxy knows a host: it has a cluster for one of its ports. */
const knows = (host: string, config: ProxyConfig): boolean => clustersOf(host, config).some(({ subset }) => subset === '');

/** A proxy that knows the host has its subsets, no other ones, and the policy on each. */
function missingSubsets(rule: DestinationRule, config: ProxyConfig): string | undefined {
  const wanted = new Set(rule.subsets.map(({ name }) => name));
  const byPort = Map.groupBy(clustersOf(rule.host, config), ({ port }) => port);
  for (const held of byPort.values()) {
    if (!held.some(({ subset }) => subset === '')) continue;
    const subsets = new Set(held.map(({ subset }) => subset));
    const absent = [...wanted].find((subset) => !subsets.has(subset));
    if (absent !== undefined) return `has no subset ${absent}`;
    const stale = [...subsets].find((subset) => subset !== '' && !wanted.has(subset));
    if (stale !== undefined) return `still has the subset ${stale}`;
    const missing = held.map(({ port, subset, cluster }) => missingPolicy(policyFor(rule, subset, port), cluster)).find(Boolean);
    if (missing) return missing;
  }
  return undefined;
}

/** Fields of outlierDetection and what Envoy calls them. https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection */
const OUTLIERS = {
  consecutive5xxErrors: 'consecutive_5xx',
  interval: 'interval',
  baseEjectionTime: 'base_ejection_time',
  maxEjectionPercent: 'max_ejection_percent',
} as const;

function missingPolicy(policy: PortPolicy | undefined, cluster: EnvoyCluster): string | undefined {
  const { tls, connectTimeout, maxConnections, outlierDetection = {} } = policy ?? {};
  const sockets = JSON.stringify([cluster.transport_socket, cluster.transport_socket_matches]);
  const name = tls?.subjectAltNames.find((subject) => !sockets.includes(`"${subject}"`));
  if (name) return `does not demand the name ${name}`;
  if (connectTimeout && parseDuration(connectTimeout) !== parseDuration(cluster.connect_timeout ?? ''))
    return `connects within ${cluster.connect_timeout}, not ${connectTimeout}`;
  const connections = cluster.circuit_breakers?.thresholds?.[0]?.max_connections;
  if (maxConnections !== undefined && maxConnections !== connections)
    return `opens ${connections} connections at most, not ${maxConnections}`;
  for (const [field, envoys] of Object.entries(OUTLIERS) as [keyof typeof OUTLIERS, string][]) {
    const value = outlierDetection[field];
    const held = cluster.outlier_detection?.[envoys];
    const same = typeof value === 'string' ? parseDuration(value) === parseDuration(String(held)) : value === (held ?? 0);
    if (value !== undefined && !same) return `has the ${field} ${held}, not ${value}`;
  }
  return undefined;
}

/** A Gateway's proxy has the routes that name it, a sidecar those of the hosts that it knows. */
function routesAt(service: VirtualService, proxy: MeshProxy, config: ProxyConfig): string | undefined {
  const isBound = service.http.length > 0 && service.gateways.some((gateway) => proxy.gateways.includes(gateway));
  if (!isBound || (isSidecar(proxy) && !service.hosts.some((host) => knows(host, config)))) return undefined;
  return missingRoutes(service, proxy, config.routes);
}

/** The proxy enforces the policy's rules, and in them the same names, methods, paths and ports, no more and no fewer. */
function missingRules(policy: AuthorizationPolicy, proxy: MeshProxy, { rbac }: ProxyConfig): string | undefined {
  if (!isSidecar(proxy) || !selects(policy, proxy)) return undefined;
  const { namespace, name, rules } = policy;
  const held = new Map([...rbac].filter(([key]) => key.startsWith(`ns[${namespace}]-policy[${name}]-`)));
  if (held.size !== Math.max(1, rules.length)) return `enforces ${held.size} rules, not ${Math.max(1, rules.length)}`;
  if (rules.some(isExotic)) return undefined;
  for (const [index, rule] of rules.entries()) {
    const envoys = [...held].find(([key]) => key.endsWith(`-rule[${index}]`))?.[1];
    const [wanted, found] = [literalsOf(filtersOf(rule)), literalsOf(envoys)];
    const absent = [...wanted].find((text) => !found.has(text));
    if (absent) return `does not enforce ${absent} yet`;
    const stale = [...found].find((text) => !wanted.has(text));
    if (stale) return `still allows ${stale}`;
  }
  return undefined;
}

const filtersOf = ({ from, to }: Rule) => [...from, ...to];

/** Attributes of a source that Envoy compares in a form of its own. */
const EXOTIC_SOURCES = ['ipBlocks', 'remoteIpBlocks', 'namespaces', 'serviceAccounts', 'requestPrincipals'];

/** Whether Envoy writes a rule in a form of its own, which cannot be compared text by text. */
const isExotic = (rule: Rule): boolean =>
  rule.when.length > 0 ||
  rule.from.some((source) => EXOTIC_SOURCES.some((key) => key in source)) ||
  filtersOf(rule).some((filter) =>
    Object.values(filter).some(({ values, not }) => [...values, ...not].some((text) => text === '*' || text.includes('{*'))),
  );

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

/** A proxy knows the Services of the topology that its Sidecar names, and no other ones. */
function wrongEgress(inventory: Inventory, proxy: MeshProxy, config: ProxyConfig): string | undefined {
  const sidecar = isSidecar(proxy) ? inventory.sidecarOf(proxy) : undefined;
  if (!sidecar) return undefined;
  for (const service of inventory.hosts) {
    if (!service.isService) continue;
    const [host = ''] = service.hosts;
    const known = knows(host, config);
    if (sidecarImportsHost(sidecar, service) !== known)
      return `${nameOf(sidecar.object)}: ${known ? 'still knows' : 'does not know'} ${host}`;
  }
  return undefined;
}
