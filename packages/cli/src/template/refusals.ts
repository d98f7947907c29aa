import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError, UsageError } from '@mesh-platform/kubernetes';
import type { Mesh, Service } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';

const VERSION = /^v[1-9]\d{0,8}$/;

/** The service of that name; throws a UsageError that lists the services other than `asking`. */
function serviceNamed(name: string, { services }: Pick<Mesh, 'services'>, asking?: string): Service {
  const service = services.get(name);
  const others = [...services.keys()].filter((other) => other !== asking);
  if (!service) throw new UsageError(`there is no service '${name}'`, `name one of: ${others.join(', ')}`);
  return service;
}

/** The service of that name with code in `apps`; throws a UsageError for a database. */
function ownService(name: string, mesh: Mesh): Service {
  const service = serviceNamed(name, mesh);
  if (service.stateful) throw new UsageError(`'${name}' keeps data, and has no code here`, 'name a service whose folder lies in apps/');
  return service;
}

/** Refuses a call that cannot be added. */
export function requireConnectable(from: string, to: string, mesh: Mesh): void {
  const caller = ownService(from, mesh);
  const callee = serviceNamed(to, mesh, from);
  if (from === to) throw new UsageError(`'${from}' would call itself`, 'name two services');
  if (caller.calls.some((call) => call.to === to))
    throw new UsageError(`'${from}' calls '${to}' already`, 'edit the call in platform.mesh.ts');
  if (callee.stateful)
    throw new PlatformError(
      `'${from}' has no code that keeps data in '${to}'`,
      'make a service that has: ./platform new service NAME --postgres; docs/how-to/add-a-database.md describes the code for another one',
    );
}

/** The service that keeps the data of others. Refuses where there is none. */
export function requireDatabase({ services }: Pick<Mesh, 'services'>): Service {
  const database = [...services.values()].find(({ stateful }) => stateful);
  if (!database)
    throw new PlatformError(
      'the topology has no service that keeps data',
      'write one into platform.mesh.ts: postgres, as docs/how-to/add-a-database.md has it',
    );
  return database;
}

/** Refuses to end a call that there is not. */
export function requireConnected(from: string, to: string, mesh: Mesh): void {
  if (!serviceNamed(from, mesh).calls.some((call) => call.to === to))
    throw new UsageError(`'${from}' does not call '${to}'`, callsInWords(from, mesh));
  if (mesh.services.get(to)?.stateful)
    throw new PlatformError(`'${from}' keeps its data in '${to}'`, 'remove the service, or write the change by hand');
}

const callsInWords = (from: string, { services }: Mesh): string => {
  const calls = services.get(from)?.calls ?? [];
  return calls.length > 0 ? `it calls ${calls.map(({ to }) => to).join(', ')}` : 'it calls no service';
};

/** Refuses to remove a service that others, or the gateway, call. */
export function requireUncalled(name: string, mesh: Mesh): void {
  ownService(name, mesh);
  if (mesh.gateway?.to === name) throw new PlatformError(`the gateway leads to '${name}'`, 'lead it elsewhere in platform.mesh.ts first');
  const callers = (mesh.callersOf.get(name) ?? []).map(({ from }) => from);
  if (callers.length > 0)
    throw new PlatformError(
      `'${name}' is called by ${callers.join(', ')}`,
      callers.map((caller) => `./platform disconnect ${caller} ${name}`).join(' && '),
    );
}

/** Refuses a version that cannot be added. */
export function requireNewVersion(name: string, version: string, mesh: Mesh): void {
  const { versions } = ownService(name, mesh);
  if (!VERSION.test(version)) throw new UsageError(`'${version}' is no version`, 'use v and a number, such as v2');
  if (versions.includes(version))
    throw new UsageError(`'${name}' has a ${version} already`, `it has ${versions.join(', ')}: choose another`);
  const sources = `apps/${name}/src/versions`;
  if (existsSync(join(checkout, sources)) && !existsSync(join(checkout, sources, version)))
    throw new PlatformError(
      `${name} keeps the sources of each version apart, and has none of ${version}`,
      `write ${sources}/${version} first`,
    );
}

/** Refuses to retire a version that is needed. */
export function requireRetirable(name: string, version: string, mesh: Mesh): void {
  const { versions, weights } = ownService(name, mesh);
  if (!versions.includes(version)) throw new UsageError(`'${name}' has no ${version}`, `name one of: ${versions.join(', ')}`);
  if (versions.length === 1) throw new PlatformError(`${version} is the last version of '${name}'`, `./platform remove service ${name}`);
  const percent = weights.find((weight) => weight.version === version)?.percent ?? 0;
  if (percent > 0)
    throw new PlatformError(
      `${version} of '${name}' has ${percent} % of the requests`,
      'give them to another version in platform.mesh.ts first',
    );
}
