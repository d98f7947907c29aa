import type { components } from './generated/specs.ts';

export type { IstioDuration, WholePercent } from './names.ts';

type Specs = components['schemas'];
type Item<List> = List extends readonly (infer Element)[] ? Element : never;
type Part<Whole, Name extends keyof Whole> = NonNullable<Whole[Name]>;
type ItemOf<Whole, Name extends keyof Whole> = Item<Part<Whole, Name>>;

/** The metadata of an object. */
export interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An object of Istio's, as one writes it: without the status that istiod adds. */
export interface IstioObject<ApiVersion extends string, Kind extends keyof Specs> {
  readonly apiVersion: ApiVersion;
  readonly kind: Kind;
  readonly metadata: Metadata;
  readonly spec: Specs[Kind];
}

const constructorOf =
  <ApiVersion extends string, Kind extends keyof Specs>(apiVersion: ApiVersion, kind: Kind) =>
  (metadata: Metadata, spec: Specs[Kind]): IstioObject<ApiVersion, Kind> => ({ apiVersion, kind, metadata, spec });

/** Access control for workloads. https://istio.io/latest/docs/reference/config/security/authorization-policy/ */
export type AuthorizationPolicy = IstioObject<'security.istio.io/v1', 'AuthorizationPolicy'>;
export const authorizationPolicy = constructorOf('security.istio.io/v1', 'AuthorizationPolicy');
export type AuthorizationPolicySpec = AuthorizationPolicy['spec'];
export type AuthorizationAction = Part<AuthorizationPolicySpec, 'action'>;
/** Matches where one of `from`, one of `to` and every one of `when` does. */
export type AuthorizationRule = ItemOf<AuthorizationPolicySpec, 'rules'>;
export type AuthorizationSource = Part<ItemOf<AuthorizationRule, 'from'>, 'source'>;
export type AuthorizationOperation = Part<ItemOf<AuthorizationRule, 'to'>, 'operation'>;
export type AuthorizationCondition = ItemOf<AuthorizationRule, 'when'>;

/** How callers reach a host once a route has chosen it. https://istio.io/latest/docs/reference/config/networking/destination-rule/ */
export type DestinationRule = IstioObject<'networking.istio.io/v1', 'DestinationRule'>;
export const destinationRule = constructorOf('networking.istio.io/v1', 'DestinationRule');
export type DestinationRuleSpec = DestinationRule['spec'];
/** Pods of a host that carry the labels: a version. */
export type Subset = ItemOf<DestinationRuleSpec, 'subsets'>;
export type TrafficPolicy = Part<DestinationRuleSpec, 'trafficPolicy'>;
export type PortTrafficPolicy = ItemOf<TrafficPolicy, 'portLevelSettings'>;
export type ConnectionPool = Part<TrafficPolicy, 'connectionPool'>;
export type LoadBalancer = Part<TrafficPolicy, 'loadBalancer'>;
export type OutlierDetection = Part<TrafficPolicy, 'outlierDetection'>;
export type ClientTls = Part<TrafficPolicy, 'tls'>;

/** Envoy's own configuration, patched. https://istio.io/latest/docs/reference/config/networking/envoy-filter/ */
export type EnvoyFilter = IstioObject<'networking.istio.io/v1alpha3', 'EnvoyFilter'>;
export const envoyFilter = constructorOf('networking.istio.io/v1alpha3', 'EnvoyFilter');

/** A load balancer at the edge of the mesh. https://istio.io/latest/docs/reference/config/networking/gateway/ */
export type Gateway = IstioObject<'networking.istio.io/v1', 'Gateway'>;
export const gateway = constructorOf('networking.istio.io/v1', 'Gateway');
export type GatewayServer = ItemOf<Gateway['spec'], 'servers'>;
export type ServerTls = Part<GatewayServer, 'tls'>;

/** Which connections workloads accept. https://istio.io/latest/docs/reference/config/security/peer_authentication/ */
export type PeerAuthentication = IstioObject<'security.istio.io/v1', 'PeerAuthentication'>;
export const peerAuthentication = constructorOf('security.istio.io/v1', 'PeerAuthentication');
export type MutualTls = Part<PeerAuthentication['spec'], 'mtls'>;
export type MutualTlsMode = Part<MutualTls, 'mode'>;

/** Settings of proxies. https://istio.io/latest/docs/reference/config/networking/proxy-config/ */
export type ProxyConfig = IstioObject<'networking.istio.io/v1beta1', 'ProxyConfig'>;
export const proxyConfig = constructorOf('networking.istio.io/v1beta1', 'ProxyConfig');

/** Which tokens of users are believed. https://istio.io/latest/docs/reference/config/security/request_authentication/ */
export type RequestAuthentication = IstioObject<'security.istio.io/v1', 'RequestAuthentication'>;
export const requestAuthentication = constructorOf('security.istio.io/v1', 'RequestAuthentication');
export type JwtRule = ItemOf<RequestAuthentication['spec'], 'jwtRules'>;

/** A host that the mesh knows without a Service. https://istio.io/latest/docs/reference/config/networking/service-entry/ */
export type ServiceEntry = IstioObject<'networking.istio.io/v1', 'ServiceEntry'>;
export const serviceEntry = constructorOf('networking.istio.io/v1', 'ServiceEntry');
export type ServiceEntryPort = ItemOf<ServiceEntry['spec'], 'ports'>;

/** The hosts that a workload's proxy knows, and its listeners. https://istio.io/latest/docs/reference/config/networking/sidecar/ */
export type Sidecar = IstioObject<'networking.istio.io/v1', 'Sidecar'>;
export const sidecar = constructorOf('networking.istio.io/v1', 'Sidecar');
export type SidecarEgress = ItemOf<Sidecar['spec'], 'egress'>;
export type SidecarIngress = ItemOf<Sidecar['spec'], 'ingress'>;

/** Metrics, traces and logs of proxies. https://istio.io/latest/docs/reference/config/telemetry/ */
export type Telemetry = IstioObject<'telemetry.istio.io/v1', 'Telemetry'>;
export const telemetry = constructorOf('telemetry.istio.io/v1', 'Telemetry');

/** Code of one's own in a proxy, as Lua or WebAssembly. https://istio.io/latest/docs/reference/config/proxy_extensions/ */
export type TrafficExtension = IstioObject<'extensions.istio.io/v1alpha1', 'TrafficExtension'>;
export const trafficExtension = constructorOf('extensions.istio.io/v1alpha1', 'TrafficExtension');

/** The routes for requests to a host. https://istio.io/latest/docs/reference/config/networking/virtual-service/ */
export type VirtualService = IstioObject<'networking.istio.io/v1', 'VirtualService'>;
export const virtualService = constructorOf('networking.istio.io/v1', 'VirtualService');
export type VirtualServiceSpec = VirtualService['spec'];
export type HttpRoute = ItemOf<VirtualServiceSpec, 'http'>;
export type HttpMatch = ItemOf<HttpRoute, 'match'>;
/** Exactly, by its beginning, or by a regular expression. */
export type StringMatch = Part<HttpMatch, 'uri'>;
/** A destination with its weight and the headers that are changed on the way. */
export type HttpRouteDestination = ItemOf<HttpRoute, 'route'>;
export type Destination = Part<HttpRouteDestination, 'destination'>;
export type HttpRetry = Part<HttpRoute, 'retries'>;
export type HttpRedirect = Part<HttpRoute, 'redirect'>;
export type HttpDirectResponse = Part<HttpRoute, 'directResponse'>;
export type HttpRewrite = Part<HttpRoute, 'rewrite'>;
export type HttpFault = Part<HttpRoute, 'fault'>;
export type HttpMirror = ItemOf<HttpRoute, 'mirrors'>;
export type CorsPolicy = Part<HttpRoute, 'corsPolicy'>;
export type HeaderOperations = Part<HttpRoute, 'headers'>;
export type TlsRoute = ItemOf<VirtualServiceSpec, 'tls'>;
export type TcpRoute = ItemOf<VirtualServiceSpec, 'tcp'>;

/** WebAssembly in a proxy. https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/ */
export type WasmPlugin = IstioObject<'extensions.istio.io/v1alpha1', 'WasmPlugin'>;
export const wasmPlugin = constructorOf('extensions.istio.io/v1alpha1', 'WasmPlugin');

/** A workload that is no pod. https://istio.io/latest/docs/reference/config/networking/workload-entry/ */
export type WorkloadEntry = IstioObject<'networking.istio.io/v1', 'WorkloadEntry'>;
export const workloadEntry = constructorOf('networking.istio.io/v1', 'WorkloadEntry');

/** A template of such workloads. https://istio.io/latest/docs/reference/config/networking/workload-group/ */
export type WorkloadGroup = IstioObject<'networking.istio.io/v1', 'WorkloadGroup'>;
export const workloadGroup = constructorOf('networking.istio.io/v1', 'WorkloadGroup');

/** Any object of Istio's. */
export type IstioPolicy =
  | AuthorizationPolicy
  | DestinationRule
  | EnvoyFilter
  | Gateway
  | PeerAuthentication
  | ProxyConfig
  | RequestAuthentication
  | ServiceEntry
  | Sidecar
  | Telemetry
  | TrafficExtension
  | VirtualService
  | WasmPlugin
  | WorkloadEntry
  | WorkloadGroup;
