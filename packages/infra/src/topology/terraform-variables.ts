import { type Mesh, versionName } from '@mesh-platform/mesh';
import { databaseIn } from './database-clients.ts';

/** The variable `topology` of infra/terraform/live. */
export interface TopologyVariables {
  readonly name: string;
  readonly namespace: string;
  /** A repository for each: `preview-v2`. */
  readonly images: readonly string[];
  /** `clients`: those that call it; each has a password of its own. */
  readonly database: { readonly service: string; readonly port: number; readonly clients: readonly string[] };
}

type Known = Pick<Mesh, 'name' | 'namespace' | 'services' | 'callersOf'>;

/** What Terraform needs to know of a topology. Throws a PlatformError where the topology has not exactly one database. */
export function topologyVariables({ name, namespace, services, callersOf }: Known): TopologyVariables {
  const all = [...services.values()];
  const { service, port, callers } = databaseIn({ services, callersOf });
  return {
    name,
    namespace,
    images: all
      .filter(({ stateful }) => !stateful)
      .flatMap((service) => service.versions.map((version) => versionName(service.name, version)))
      .sort(),
    database: { service, port, clients: callers },
  };
}

/** The text of `topology.auto.tfvars.json`. */
export const variablesFile = (mesh: Known): string => `${JSON.stringify({ topology: topologyVariables(mesh) }, undefined, 2)}\n`;
