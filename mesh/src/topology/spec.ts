import type { Duration } from '../names.ts';
import type { Protocol, RetryCondition } from './mesh.ts';

/** The topology as you write it in `platform.mesh.ts`. `defineMesh` fills in the defaults. */
export interface MeshSpec {
  /**
   * Name of the topology in a cluster, a DNS label. `apply` prunes only objects with this name.
   * @example 'shop'
   * @generates the label `mesh.platform/topology` of every object
   */
  readonly name: string;
  /**
   * Namespace of every workload and policy.
   * @example 'shop'
   * @generates Namespace with sidecar injection and Pod Security `restricted`; `deny-all` AuthorizationPolicy and NetworkPolicy, STRICT PeerAuthentication, default Sidecar and Telemetry in it
   */
  readonly namespace: string;
  /**
   * Trust domain of the mesh's identities: `spiffe://TRUST_DOMAIN/ns/NAMESPACE/sa/SERVICE`. It must be the one of the Istio installation.
   * @default 'cluster.local'
   * @example 'cluster.local'
   * @generates the principals of AuthorizationPolicies and the `subjectAltNames` of DestinationRules
   */
  readonly trustDomain?: string;
  /**
   * The gateway where requests enter the mesh. Without it no request from outside enters.
   * @default none
   * @example { to: 'storefront', hosts: ['shop.example.com'] }
   * @generates Gateway, VirtualService of the first service at the gateway, and its place in AuthorizationPolicy and NetworkPolicy
   */
  readonly gateway?: EntrySpec;
  /**
   * The services in the mesh, by name. A name is a DNS label; those of the gateway, of policies, Istio and Kubernetes are reserved.
   * @example { storefront: { protocol: 'http', port: 8080, versions: ['v1', 'v2'], calls: { orders: { timeout: '2s' }, payments: {} } }, orders: { protocol: 'grpc', port: 9090, versions: ['v1'] } }
   * @generates for each: Service, ServiceAccount, a Deployment for each version, PodDisruptionBudget, NetworkPolicy, Sidecar, DestinationRule, VirtualService, AuthorizationPolicy
   */
  readonly services: Readonly<Record<string, ServiceSpec>>;
  /**
   * Hosts outside of the mesh that services call, by a name of your choice. A service calls one by that name under `calls`.
   * @default {}
   * @example { payments: { hosts: ['api.payments.example.com'], port: 443, protocol: 'tls' } }
   * @generates ServiceEntry; the hosts in the Sidecar, and the port in the NetworkPolicy, of each caller
   */
  readonly externals?: Readonly<Record<string, ExternalSpec>>;
  /**
   * Weights in whole percents by service and version. They add up to 100; a version that is left out gets none.
   * @default 100 for the first version of each service
   * @example { storefront: { v1: 90, v2: 10 } }
   * @generates the weights of the routes of VirtualServices
   */
  readonly weights?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A service whose pods run in the mesh. */
export interface ServiceSpec {
  /**
   * Protocol of its port. `http` and `grpc` have methods, paths, retries and timeouts; `tcp` has none of them.
   * @example 'http'
   * @generates the name of the port, from which Istio reads the protocol: `http`, `grpc`, `tcp-NAME`
   */
  readonly protocol: Protocol;
  /**
   * Its port, 1 to 65535. A gRPC service answers probes on 8080 in addition.
   * @example 8080
   * @generates the port of Service, containers, policies and routes
   */
  readonly port: number;
  /**
   * Its versions, each with an image and pods of its own: up to 22 lower-case letters, digits and dashes.
   * @example ['v1', 'v2']
   * @generates a Deployment `NAME-VERSION` and a subset of the DestinationRule for each
   */
  readonly versions: readonly string[];
  /**
   * Keeps data in a volume: one version, one replica.
   * @default false
   * @example true
   * @generates a StatefulSet with a volume of 10 GiB, in place of Deployments
   */
  readonly stateful?: boolean;
  /**
   * The services and externals that it calls, by name. Every other call is denied.
   * @default {}
   * @example { orders: { timeout: '2s' }, postgres: {} }
   * @generates its Sidecar, its NetworkPolicy, and a rule in the AuthorizationPolicy of each callee
   */
  readonly calls?: Readonly<Record<string, CallSpec>>;
}

/** How one service calls another. A `tcp` callee and an external have none of these fields: write `{}`. */
export interface CallSpec {
  /**
   * Time limit of a request with all of its retries. A call to an `http` or `grpc` service must have one.
   * @default none; '15s' at the gateway
   * @example '2s'
   * @generates `timeout` of each route of the caller in the callee's VirtualService
   */
  readonly timeout?: Duration;
  /**
   * Retries of every request of the call, where its `methods` have none of their own.
   * @default { attempts: 2, on: ['connect-failure', 'refused-stream'] }
   * @example { attempts: 2, on: ['connect-failure', 'refused-stream'] }
   * @generates `retries` of the routes; each route states its own, since Istio would retry where there is none
   */
  readonly retries?: RetriesSpec;
  /**
   * The requests that the caller may send: of HTTP `METHOD,… /path,…`, of gRPC `package.Service/Method,…`. A path or a list of
   * methods may end with `*`. The order is the order of the routes.
   * @default every request
   * @example { 'GET,PUT /orders/*': { timeout: '1s' }, 'POST /orders': {} }
   * @generates an operation of the callee's AuthorizationPolicy and a route of its VirtualService for each
   */
  readonly methods?: Readonly<Record<string, MethodsSpec>>;
}

/** How requests of these methods are treated. */
export interface MethodsSpec {
  /**
   * Time limit of these requests, in place of the call's.
   * @default the call's
   * @example '1s'
   * @generates `timeout` of the route
   */
  readonly timeout?: Duration;
  /**
   * A retry does nothing that the first request did not: a read, or a write with an idempotency key. It allows retries of requests that the callee
   * may have executed.
   * @default true for GET, HEAD, OPTIONS, PUT, DELETE and TRACE over HTTP (RFC 9110, 9.2.2), else false
   * @example true
   * @generates the route's name in the annotation `mesh.platform/idempotent-routes`, which `mesh check` reads
   */
  readonly idempotent?: boolean;
  /**
   * Retries of these requests, in place of the call's.
   * @default the call's
   * @example { attempts: 2, perTry: '600ms', on: ['unavailable', 'reset'] }
   * @generates `retries` of the route
   */
  readonly retries?: RetriesSpec;
}

/** When a proxy retries a request, and how often. */
export interface RetriesSpec {
  /**
   * Retries after the first attempt, 0 to 10; 0 turns retries off.
   * @example 2
   * @generates `retries.attempts`
   */
  readonly attempts: number;
  /**
   * Time limit of each attempt. `mesh check` rejects attempts that do not fit into the timeout (MESH201).
   * @default the whole timeout
   * @example '600ms'
   * @generates `retries.perTryTimeout`
   */
  readonly perTry?: Duration;
  /**
   * Conditions of a retry, as Envoy names them. Only `connect-failure`, `refused-stream` and `reset-before-request` are allowed for requests that are
   * not idempotent.
   * @default ['connect-failure', 'refused-stream']
   * @example ['unavailable', 'reset']
   * @generates `retries.retryOn`
   */
  readonly on?: readonly RetryCondition[];
}

/** The gateway where requests enter. It has the fields of a call too: `timeout`, `retries`, `methods`. */
export interface EntrySpec extends CallSpec {
  /**
   * The service that gets the requests.
   * @example 'storefront'
   * @generates the destination of the routes at the gateway
   */
  readonly to: string;
  /**
   * Host names that the gateway serves at any port; it answers 404 to any other. An environment may replace them. `*` admits any host, and
   * `mesh check` warns of it (MESH308).
   * @default none: an environment must name them
   * @example ['shop.example.com', '*.shop.example.com']
   * @generates `hosts` of the Gateway's HTTP server and of the VirtualService at the gateway
   */
  readonly hosts?: readonly string[];
  /**
   * Namespace and service account of the gateway's pods, where the installation has others than this repository's.
   * @default { namespace: 'istio-ingress', serviceAccount: 'istio-ingressgateway-service-account' }
   * @example { namespace: 'istio-system', serviceAccount: 'istio-ingressgateway-service-account' }
   * @generates the gateway's principal in the AuthorizationPolicy and its namespace in the NetworkPolicy of the first service
   */
  readonly pods?: { readonly namespace: string; readonly serviceAccount: string };
  /**
   * Paths that no request from outside may have: those of operators.
   * @default ['/metrics', '/healthz', '/readyz']
   * @example ['/metrics', '/admin/*']
   * @generates `notPaths` of the gateway's rule in the AuthorizationPolicy of the first service
   */
  readonly hidden?: readonly string[];
  /**
   * Session affinity to a version. A request with the cookie goes to the version that it names, while that has a weight. A request below `assets` goes
   * to the version in its path. The query parameter of the cookie's name requests a version: `/?version=v2`.
   * @default none
   * @example { cookie: 'version', assets: '/assets/{version}/' }
   * @generates a route for each version and rule, before those with weights, in the VirtualService at the gateway
   */
  readonly sticky?: { readonly cookie: string; readonly assets: string };
}

/** Hosts outside of the mesh. */
export interface ExternalSpec {
  /**
   * Their DNS names.
   * @example ['api.payments.example.com']
   * @generates `hosts` of the ServiceEntry
   */
  readonly hosts: readonly string[];
  /**
   * Their port, 1 to 65535.
   * @example 443
   * @generates the port of the ServiceEntry
   */
  readonly port: number;
  /**
   * `tls`: the application encrypts from the first byte on. `tcp`: it begins in plain text, as PostgreSQL does. `http`: plain text.
   * @example 'tls'
   * @generates the protocol of the ServiceEntry's port
   */
  readonly protocol: 'tls' | 'tcp' | 'http';
}

/** The entry of a record, and nothing that its prototype has: a service may be named `constructor`. */
export const entryOf = <Value>(record: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined =>
  record && Object.hasOwn(record, name) ? record[name] : undefined;
