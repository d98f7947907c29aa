import type { Duration } from '../names.ts';
import type { Protocol, RetryCondition } from './mesh.ts';

/** The topology as you write it. `defineMesh` fills in the defaults. */
export interface MeshSpec {
  /** Names the topology in a cluster: what it owns carries this as a label. */
  readonly name: string;
  readonly namespace: string;
  /** The domain of the mesh's identities; Istio's own default where there is none. */
  readonly trustDomain?: string;
  readonly gateway?: EntrySpec;
  readonly services: Readonly<Record<string, ServiceSpec>>;
  /** Hosts outside of the mesh that services call. */
  readonly externals?: Readonly<Record<string, ExternalSpec>>;
  /** Percents by version; a service that is not named gives all to its first version. */
  readonly weights?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface ServiceSpec {
  readonly protocol: Protocol;
  readonly port: number;
  readonly versions: readonly string[];
  /** Keeps data in a volume: a StatefulSet. One version, one replica. */
  readonly stateful?: boolean;
  readonly calls?: Readonly<Record<string, CallSpec>>;
}

/** How one service calls another. A `tcp` callee has neither timeout nor methods. */
export interface CallSpec {
  readonly timeout?: Duration;
  readonly retries?: RetriesSpec;
  /**
   * What the caller may ask for; everything where it is left out. Of HTTP `GET,PUT /documents/*,/drafts/*`,
   * of gRPC `documents.v1.Documents/Get,List`.
   */
  readonly methods?: Readonly<Record<string, MethodsSpec>>;
}

export interface MethodsSpec {
  readonly timeout?: Duration;
  /** Sending it again does nothing that the first did not. HTTP's GET, HEAD, OPTIONS, PUT and DELETE are so by definition (RFC 9110, 9.2.2). */
  readonly idempotent?: boolean;
  readonly retries?: RetriesSpec;
}

export interface RetriesSpec {
  /** Repetitions after the first try; 0 for none. */
  readonly attempts: number;
  readonly perTry?: Duration;
  readonly on?: readonly RetryCondition[];
}

/** The gateway where requests enter. */
export interface EntrySpec extends CallSpec {
  readonly to: string;
  /** Names that the gateway answers to, without port; those of an environment take their place. `*` for any, which `mesh check` warns of. */
  readonly hosts?: readonly string[];
  /** Namespace and service account of the gateway's pods, where an installation has others than this repository's. */
  readonly pods?: { readonly namespace: string; readonly serviceAccount: string };
  /** Paths for operators; the gateway denies them. */
  readonly hidden?: readonly string[];
  /**
   * Keeps a visit with one version: by a cookie that names the version, and by assets under a path that has `{version}`. A query
   * parameter of the cookie's name asks for a version: `/?version=v2`.
   */
  readonly sticky?: { readonly cookie: string; readonly assets: string };
}

export interface ExternalSpec {
  readonly hosts: readonly string[];
  readonly port: number;
  readonly protocol: 'tls' | 'tcp' | 'http';
}

/** The entry of a record, and nothing that its prototype has: a service may be named `constructor`. */
export const entryOf = <Value>(record: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined =>
  record && Object.hasOwn(record, name) ? record[name] : undefined;
