import { type KubernetesObject, PlatformError } from '@mesh-platform/kubernetes';
import type { LoadedEnvironment, Mesh } from '@mesh-platform/mesh';

/** A service with a database of its own; the role that owns it is named like the service. */
export interface DatabaseClient {
  readonly service: string;
  readonly database: string;
}

/** The one service that keeps data, and the names of those that call it, sorted. Throws a PlatformError where not exactly one keeps data. */
export function databaseIn({ services, callersOf }: Pick<Mesh, 'services' | 'callersOf'>) {
  const [database, ...others] = [...services.values()].filter(({ stateful }) => stateful);
  if (!database || others.length > 0)
    throw new PlatformError(
      `the topology has ${database ? others.length + 1 : 0} databases`,
      'keep one stateful service: infra/terraform and environments/postgres make one server for all of its callers',
    );
  const callers = (callersOf.get(database.name) ?? []).map(({ from }) => from).sort();
  return { service: database.name, port: database.port, callers };
}

/** Names that PostgreSQL or RDS has taken. https://www.postgresql.org/docs/18/sql-createrole.html */
const TAKEN_ROLE = /^(public|none|postgres|rdsadmin|pg_.*|rds_.*)$/;
const TAKEN_DATABASE = /^(postgres|template\d|rdsadmin)$/;
const DATABASE_NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** The database of each caller, which sets PGDATABASE in its patch. Throws a PlatformError where one does not, or where PostgreSQL refuses the name. */
export const databaseClients = ({ environment: { mesh }, rendered }: LoadedEnvironment): readonly DatabaseClient[] =>
  requireClients(databaseIn(mesh).callers.map((service) => ({ service, database: databaseOf(service, rendered.objects) })));

/** Gives clients that can be. Throws a PlatformError where PostgreSQL has no room for a name, or two have one database. */
export function requireClients(clients: readonly DatabaseClient[]): readonly DatabaseClient[] {
  for (const [index, { service, database }] of clients.entries()) {
    if (TAKEN_ROLE.test(service) || TAKEN_DATABASE.test(database) || !DATABASE_NAME.test(database))
      throw new PlatformError(
        `PostgreSQL takes no role '${service}' with a database '${database}'`,
        'use small letters, digits and _ for the database, and names that PostgreSQL does not keep for itself',
      );
    const other = clients.slice(0, index).find((one) => one.database === database);
    if (other)
      throw new PlatformError(
        `${other.service} and ${service} would have one database, ${database}: a database has one owner`,
        'name the database of one of them otherwise, by PGDATABASE in its patch, or name the service otherwise',
      );
  }
  return clients;
}

function databaseOf(service: string, objects: readonly KubernetesObject[]): string {
  const database = variableOf(service, 'PGDATABASE', objects);
  if (!database)
    throw new PlatformError(
      `${service} has no PGDATABASE: its database is unknown`,
      `set it in the patch of apps/${service}/deploy; docs/how-to/add-a-database.md lists what else a service needs for that`,
    );
  return database;
}

/** The value of a variable of a service's pods, where a workload among the objects sets it. */
export const variableOf = (service: string, name: string, objects: readonly KubernetesObject[]): string | undefined =>
  objects
    .filter(({ metadata }) => metadata?.labels?.app === service)
    .flatMap((object) => (object as Workload).spec?.template?.spec?.containers ?? [])
    .flatMap(({ env = [] }) => env)
    .find((variable) => variable.name === name)?.value;

interface Workload extends KubernetesObject {
  readonly spec?: {
    readonly template?: {
      readonly spec?: { readonly containers?: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[] };
    };
  };
}
