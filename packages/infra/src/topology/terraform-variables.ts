import { PlatformError } from '@mesh-platform/kubernetes';
import { type Mesh, releaseName } from '@mesh-platform/mesh';

/** The variable `topology` of infra/terraform/live. */
export interface TopologyVariables {
  readonly name: string;
  readonly namespace: string;
  /** A repository for each: `preview-v2`. */
  readonly images: readonly string[];
  readonly database: { readonly service: string; readonly port: number; readonly client: string };
}

type Known = Pick<Mesh, 'name' | 'namespace' | 'services' | 'callersOf'>;

/** What Terraform needs to know of a topology. Throws a PlatformError where the topology has no database with one caller. */
export function topologyVariables({ name, namespace, services, callersOf }: Known): TopologyVariables {
  const all = [...services.values()];
  const databases = all.filter(({ stateful }) => stateful);
  const [database] = databases;
  const clients = database ? (callersOf.get(database.name) ?? []) : [];
  const [client] = clients;
  if (!database || databases.length > 1 || !client || clients.length > 1)
    throw new PlatformError(
      `the topology has ${databases.length} databases and ${clients.length} services that call the first`,
      'infra/terraform makes one database for one service: keep one stateful service with one caller, or extend modules/database',
    );
  return {
    name,
    namespace,
    images: all
      .filter(({ stateful }) => !stateful)
      .flatMap((service) => service.versions.map((version) => releaseName(service.name, version)))
      .sort(),
    database: { service: database.name, port: database.port, client: client.from },
  };
}

/** The text of `topology.auto.tfvars.json`. */
export const variablesFile = (mesh: Known): string => `${JSON.stringify({ topology: topologyVariables(mesh) }, undefined, 2)}\n`;
