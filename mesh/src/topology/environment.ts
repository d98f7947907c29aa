import { PlatformError } from '@mesh-platform/kubernetes';
import { type DefinedMesh, resolveMesh } from './define-mesh.ts';
import type { ExternalSpec, Mesh, MeshSpec } from './mesh.ts';
import { checkEnvironmentShape } from './shape.ts';
import { validateHosts } from './validate.ts';
import type { ValidHosts } from './validity.ts';

/** The settings that differ between the clusters of a platform. */
export interface EnvironmentSpec<T extends MeshSpec = MeshSpec> {
  readonly name: string;
  /** The image of a version, by digest or version. */
  readonly image: (service: string, version: string) => string;
  /** Of each version of a stateless service; 1 where it is left out. */
  readonly replicas?: number;
  /** Scales each version between `replicas` and `max` by its use of processor time, in percent of what it requests. */
  readonly autoscale?: { readonly max: number; readonly cpuPercent: number };
  /** Names that the gateway answers to here, without port, in place of the topology's: `shop.example.com`, `*.example.com`, `127.0.0.1`. */
  readonly hosts?: readonly string[];
  /** The gateway speaks TLS with the certificate of this Secret in the gateway's namespace. */
  readonly tls?: { readonly credential: string };
  /** Spreads the pods of a version over the zones of the cluster. */
  readonly zones?: boolean;
  /** Folders of kustomizations whose patches the workloads get, relative to the environment's file; stars are expanded. */
  readonly patches?: readonly string[];
  /** Environment variables of every service of ours. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Services that lie outside of the mesh here: a managed database instead of a pod. */
  readonly outside?: { readonly [S in keyof T['services']]?: ExternalSpec };
  /** The externals that services call here in addition to each other, such as a trace collector, by name. */
  readonly externals?: Readonly<Record<string, ExternalSpec & { readonly calledBy: readonly (keyof T['services'] & string)[] }>>;
}

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
