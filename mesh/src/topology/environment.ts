import { PlatformError } from '@mesh-platform/kubernetes';
import { type DefinedMesh, resolveMesh } from './define-mesh.ts';
import type { Mesh } from './mesh.ts';
import { checkEnvironmentShape } from './shape.ts';
import type { ExternalSpec, MeshSpec } from './spec.ts';
import { validateHosts } from './validate.ts';
import type { ValidHosts } from './validity.ts';

/** The settings that differ between the clusters of a platform, one file each: `environments/NAME.ts`. */
export interface EnvironmentSpec<T extends MeshSpec = MeshSpec> {
  /**
   * Name of the environment, which `--environment` takes.
   * @example 'staging'
   * @generates the folder `deploy/NAME` of rendered YAML
   */
  readonly name: string;
  /**
   * The image of a version, by digest or tag.
   * @example (service, version) => `registry.example.com/${service}:${version}`
   * @generates `image` of each Deployment
   */
  readonly image: (service: string, version: string) => string;
  /**
   * Pods of each version of a stateless service, from 1 up.
   * @default 1
   * @example 2
   * @generates `replicas` of each Deployment, or `minReplicas` with `autoscale`
   */
  readonly replicas?: number;
  /**
   * Scales each version between `replicas` and `max` pods, by its processor time in percent of what it requests.
   * @default none
   * @example { max: 6, cpuPercent: 60 }
   * @generates a HorizontalPodAutoscaler for each Deployment
   */
  readonly autoscale?: { readonly max: number; readonly cpuPercent: number };
  /**
   * Host names that the gateway serves here, without port, in place of the topology's.
   * @default the topology's
   * @example ['staging.example.com']
   * @generates `hosts` of Gateway and VirtualService
   */
  readonly hosts?: readonly string[];
  /**
   * The gateway serves HTTPS with the certificate of this Secret in the gateway's namespace, and redirects HTTP to it.
   * @default none: HTTP
   * @example { credential: 'shop-tls' }
   * @generates the HTTPS server of the Gateway, TLS 1.2 or newer
   */
  readonly tls?: { readonly credential: string };
  /**
   * Spreads the pods of a version over zones and nodes.
   * @default false
   * @example true
   * @generates `topologySpreadConstraints` of each Deployment
   */
  readonly zones?: boolean;
  /**
   * Folders of kustomizations whose patches the workloads get, relative to the environment's file. `*` stands for any name.
   * @default []
   * @example ['staging']
   * @generates what the patches change: environment variables, resources, volumes, further containers
   */
  readonly patches?: readonly string[];
  /**
   * Environment variables of every stateless service.
   * @default {}
   * @example { LOG_LEVEL: 'debug' }
   * @generates `env` of each Deployment
   */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * Of the requests that succeeded, those that the services' proxies log: all of them, a sample by the request id, or none. They log failures, retries
   * and TCP connections in any case, and the gateway logs every request.
   * @default 'all'
   * @example '1/16'
   * @generates a CEL filter in the namespace's Telemetry
   */
  readonly loggedSuccesses?: 'all' | '1/16' | '1/256' | 'none';
  /**
   * Where images that nothing here builds are pulled from, for a network without Docker Hub. `registry` mirrors all of it; the others name one image, or
   * the path of Istio's. Environment variables override them.
   * @default Docker Hub
   * @example { registry: 'registry.example.com/docker-hub' }
   * @generates what `up` pulls on kind, and the images of an Istio that it installs
   */
  readonly imageSources?: {
    readonly registry?: string;
    readonly nodeImage?: string;
    readonly baseImage?: string;
    readonly postgresImage?: string;
    readonly istioHub?: string;
  };
  /**
   * Ranges of addresses of pods and Services in a cluster that `up --on kind` creates. Environment variables override them.
   * @default 10.244.0.0/16 and 10.96.0.0/16, or others where a route of the machine meets them
   * @example { pods: '172.30.0.0/16', services: '172.29.0.0/16' }
   * @generates `networking` of kind's configuration
   */
  readonly subnets?: { readonly pods?: string; readonly services?: string };
  /**
   * Services of the topology that lie outside of the mesh here, such as a managed database in place of a pod.
   * @default {}
   * @example { orders: { hosts: ['orders.internal.example.com'], port: 443, protocol: 'tls' } }
   * @generates a ServiceEntry in place of the service's workload and policies
   */
  readonly outside?: { readonly [S in keyof T['services']]?: ExternalSpec };
  /**
   * Externals of only this environment with the services that call them, such as a trace collector.
   * @default {}
   * @example { collector: { hosts: ['otel.example.com'], port: 4318, protocol: 'http', calledBy: ['storefront'] } }
   * @generates as `externals` of the topology, and a call of each service of `calledBy`
   */
  readonly externals?: Readonly<Record<string, ExternalSpec & { readonly calledBy: readonly (keyof T['services'] & string)[] }>>;
}

/** Which of the requests that succeeded are logged. */
export type LoggedSuccesses = NonNullable<EnvironmentSpec['loggedSuccesses']>;

/** A mesh in one place. */
export interface Environment
  extends Omit<EnvironmentSpec, 'outside' | 'externals' | 'hosts' | 'patches' | 'replicas' | 'zones' | 'variables'> {
  readonly mesh: Mesh;
  readonly replicas: number;
  readonly zones: boolean;
  readonly patches: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** A mesh with what differs here. Throws a PlatformError that names the place and the hint. */
export function defineEnvironment<T extends MeshSpec, const H extends readonly string[]>(
  mesh: DefinedMesh<T>,
  spec: EnvironmentSpec<T> & { readonly hosts?: H & ValidHosts<H> },
): Environment {
  checkEnvironmentShape(spec);
  const { outside, externals, hosts, replicas = 1, zones = false, patches = [], variables = {}, ...rest } = spec;
  if (!Number.isInteger(replicas) || replicas < 1)
    throw new PlatformError(`environment '${spec.name}': replicas is ${replicas}`, 'use a whole number from 1 up');
  if (spec.autoscale && spec.autoscale.max < replicas)
    throw new PlatformError(
      `environment '${spec.name}': it scales up to ${spec.autoscale.max}, below its ${replicas} replicas`,
      'raise max',
    );
  validateHosts(`environment '${spec.name}'`, hosts);
  const here = resolveMesh(answering(relocated(mesh.spec, outside, externals), hosts));
  if (here.gateway?.hosts.length === 0)
    throw new PlatformError(`environment '${spec.name}': the gateway has no hosts`, "name them: hosts: ['shop.example.com']");
  return { ...rest, mesh: here, replicas, zones, patches, variables };
}

const answering = ({ gateway, ...spec }: MeshSpec, hosts: readonly string[] | undefined): MeshSpec =>
  gateway ? { ...spec, gateway: { ...gateway, ...(hosts ? { hosts } : {}) } } : spec;

function relocated<T extends MeshSpec>(
  spec: MeshSpec,
  outside: EnvironmentSpec<T>['outside'] = {},
  externals: EnvironmentSpec<T>['externals'] = {},
): MeshSpec {
  const left = new Set(Object.keys(outside));
  const called = (service: string) =>
    Object.entries(externals)
      .filter(([, { calledBy }]) => calledBy.includes(service))
      .map(([name]) => [name, {}] as const);
  const services = Object.entries(spec.services)
    .filter(([name]) => !left.has(name))
    .map(([name, service]) => [name, { ...service, calls: { ...service.calls, ...Object.fromEntries(called(name)) } }] as const);
  const weights = Object.entries(spec.weights ?? {}).filter(([name]) => !left.has(name));
  return {
    ...spec,
    services: Object.fromEntries(services),
    externals: { ...spec.externals, ...(outside as Record<string, ExternalSpec>), ...externals },
    weights: Object.fromEntries(weights),
  };
}
