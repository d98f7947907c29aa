import type { Duration } from '../names.ts';

/** The port where a service answers probes; a gRPC service has it in addition to its own. */
export const HEALTH_PORT = 8080;

/** The protocol of a port. `http` and `grpc` have methods, paths, retries and timeouts; `tcp` has none of them. */
export type Protocol = 'http' | 'grpc' | 'tcp';

/**
 * Conditions under which a proxy sends a request again, as Envoy names them.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on
 */
export const retryConditions = [
  'connect-failure',
  'refused-stream',
  'reset-before-request',
  'reset',
  'gateway-error',
  '5xx',
  'retriable-4xx',
  'unavailable',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
] as const;
export type RetryCondition = (typeof retryConditions)[number];

/** Conditions that occur only where no pod has seen the request, so that any request can be retried safely. */
export const unseenConditions = ['connect-failure', 'refused-stream', 'reset-before-request'] as const satisfies readonly RetryCondition[];
export type UnseenCondition = (typeof unseenConditions)[number];

/** How often and when a proxy sends a request again. `attempts` counts the repetitions: 2 means up to three requests. */
export interface Retries {
  readonly attempts: number;
  /** How long each try may take; the whole timeout where there is none. */
  readonly perTry?: Duration;
  readonly on: readonly RetryCondition[];
}

/** Requests of one call that are treated alike. */
export interface Operations {
  /** Unique within the call; a route's name is made of it. */
  readonly name: string;
  /** HTTP methods; empty for all of them. Of gRPC it is always POST. */
  readonly methods: readonly string[];
  /** Exact paths, or prefixes that end with `*`; empty for all of them. */
  readonly paths: readonly string[];
  /** Whether sending a request again does nothing that the first did not: reads, and writes with an idempotency key. */
  readonly idempotent: boolean;
  readonly timeout: Duration;
  readonly retries: Retries;
}

/** One service calls another. */
export interface Call {
  readonly from: string;
  readonly to: string;
  /** The operations that the caller may use, in order; one that allows every request where the topology names none. Empty for `tcp`. */
  readonly operations: readonly Operations[];
  /** Of what no operation names. */
  readonly timeout: Duration;
}

/** The weight of a version in a traffic split, in whole percents; those of a service add up to 100. */
export interface Weight {
  readonly version: string;
  readonly percent: number;
}

/** A service whose pods run in the mesh. */
export interface Service {
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** Istio reads the protocol from it: `http`, `grpc`, `tcp-postgres`. */
  readonly portName: string;
  readonly versions: readonly string[];
  /** In the order of `versions`. */
  readonly weights: readonly Weight[];
  readonly calls: readonly Call[];
  /** Whether its pods keep data: a StatefulSet with a volume instead of a Deployment per version. */
  readonly stateful: boolean;
}

/** Something outside of the mesh that services call. */
export interface External {
  readonly name: string;
  /** DNS names. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** `tls`: the application encrypts from the first byte on. `tcp`: it speaks plain text first (PostgreSQL asks for TLS itself). */
  readonly protocol: 'tls' | 'tcp' | 'http';
}

/** The gateway where requests enter the mesh. */
export interface Entry {
  readonly to: string;
  /** Hosts that the gateway serves, without port; it answers 404 for any other. */
  readonly hosts: readonly string[];
  /** The identity of the gateway: the policies allow no other. */
  readonly pods: { readonly namespace: string; readonly serviceAccount: string };
  readonly operations: readonly Operations[];
  /** Paths that the gateway does not expose. */
  readonly hidden: readonly string[];
  readonly timeout: Duration;
  /** Session affinity: a session keeps the version that its cookie names and gets its assets; a query parameter selects another version. */
  readonly sticky?: { readonly cookie: string; readonly assets: string };
}

/** A topology with every default filled in: what policies, workloads, checks and explanations are made from. */
export interface Mesh {
  readonly name: string;
  readonly namespace: string;
  readonly trustDomain: string;
  readonly gateway?: Entry;
  /** In the order of the topology. */
  readonly services: ReadonlyMap<string, Service>;
  readonly externals: ReadonlyMap<string, External>;
  /** Callers by callee, of services and of externals. */
  readonly callersOf: ReadonlyMap<string, readonly Call[]>;
}
