import { databaseClients, requireClients } from '@mesh-platform/infra';
import type { Progress } from '@mesh-platform/kubernetes';
import { cyclesOf, type Mesh, versionName } from '@mesh-platform/mesh';
import type { Change } from '../commands/print-change.ts';
import { readLock } from '../services/production-closure.ts';
import { localEnvironment } from '../services/topology.ts';
import { changeCheckout } from './change.ts';
import * as operations from './operations.ts';
import { requireConnectable, requireConnected, requireDatabase, requireNewVersion, requireRetirable, requireUncalled } from './refusals.ts';
import { protocolNamed, withUnderscores } from './service-files.ts';
import { requireFreeName } from './service-name.ts';

export interface NewServiceOptions {
  readonly calls: readonly string[];
  readonly calledBy: readonly string[];
  readonly protocol: string;
  readonly postgres?: boolean;
}

/** What brings the change into the mesh. */
const NEXT = 'next: ./platform up';

const topology = async (): Promise<Mesh> => (await localEnvironment()).environment.mesh;

/** A complete service of the house's shape, in the mesh. */
export async function newService(
  name: string,
  { calls, calledBy, protocol: spoken, postgres = false }: NewServiceOptions,
  progress: Progress,
): Promise<Change> {
  const platform = await localEnvironment();
  const { mesh } = platform.environment;
  const database = postgres ? requireDatabase(mesh).name : undefined;
  const wanted = { name, protocol: protocolNamed(spoken), calls: [...new Set(calls)], calledBy: [...new Set(calledBy)], database };
  requireFreeName(name, mesh, await packageNames());
  if (database) requireClients([...databaseClients(platform), { service: name, database: withUnderscores(name) }]);
  const known = operations.withNewService(mesh, wanted);
  const pairs = [...wanted.calls.map((callee) => [name, callee] as const), ...wanted.calledBy.map((caller) => [caller, name] as const)];
  for (const [from, to] of pairs) requireConnectable(from, to, known);
  const files = await changeCheckout(progress, (draft) => operations.addService(draft, mesh, wanted));
  const message = `${name} is there: its code in apps/${name}, its place in platform.mesh.ts\n${NEXT}`;
  return { files, cycles: newCycles(known, pairs), message };
}

/** Lets one service call another; a caller without its own client calls it for the path. */
export async function connect(from: string, to: string, progress: Progress): Promise<Change> {
  const mesh = await topology();
  requireConnectable(from, to, mesh);
  const files = await changeCheckout(progress, (draft) => operations.connect(draft, mesh, from, to));
  return { files, cycles: newCycles(mesh, [[from, to]]), message: `${from} may call ${to}\n${NEXT}` };
}

/** It may do so no more. */
export async function disconnect(from: string, to: string, progress: Progress): Promise<Change> {
  const mesh = await topology();
  requireConnected(from, to, mesh);
  const files = await changeCheckout(progress, (draft) => operations.disconnect(draft, from, to));
  return { files, cycles: [], message: `${from} does not call ${to}\n${NEXT}` };
}

/** Another version of a service, which gets no weight yet. */
export async function newVersion(name: string, version: string, progress: Progress): Promise<Change> {
  const mesh = await topology();
  requireNewVersion(name, version, mesh);
  const files = await changeCheckout(progress, (draft) => operations.addVersion(draft, mesh, name, version));
  const [first = ''] = mesh.services.get(name)?.versions ?? [];
  const message = `${versionName(name, version)} is there and gets no requests\n${NEXT}, then ./platform mesh split ${name} ${first}=90 ${version}=10, or weights in platform.mesh.ts`;
  return { files, cycles: [], message };
}

/** Removes a version that gets no requests. */
export async function retireVersion(name: string, version: string, progress: Progress): Promise<Change> {
  const mesh = await topology();
  requireRetirable(name, version, mesh);
  const files = await changeCheckout(progress, (draft) => operations.retireVersion(draft, mesh, name, version));
  return { files, cycles: [], message: `${versionName(name, version)} is removed\n${NEXT}` };
}

/** Removes a service that has no callers, with all of its files. */
export async function removeService(name: string, progress: Progress): Promise<Change> {
  const platform = await localEnvironment();
  const { mesh } = platform.environment;
  requireUncalled(name, mesh);
  const kept = databaseClients(platform).find(({ service }) => service === name);
  const files = await changeCheckout(progress, (draft) => operations.removeService(draft, mesh, name));
  const left = kept ? `; its database ${kept.database} stays where it is: docs/how-to/add-a-database.md describes how to drop it` : '';
  return { files, cycles: [], message: `${name} is removed${left}\n${NEXT}` };
}

/** Regenerates the files that follow from the topology, the environments and the packages: after an edit of them, or a merge. */
export async function generate(progress: Progress): Promise<Change> {
  const files = await changeCheckout(progress, async () => []);
  return { files, cycles: [], message: `every generated file is in sync with the topology${files.length > 0 ? ' now' : ''}` };
}

/** The names of the workspaces, without their scope. */
async function packageNames(): Promise<readonly string[]> {
  const { packages } = await readLock();
  return Object.entries(packages).flatMap(([path, { link }]) => (link ? [path.slice(path.lastIndexOf('/') + 1)] : []));
}

/** The cycles that these calls close. */
function newCycles(mesh: Mesh, pairs: readonly (readonly [string, string])[]): readonly string[] {
  const before = new Set(cyclesOf(mesh));
  return cyclesOf(operations.withCalls(mesh, pairs)).filter((cycle) => !before.has(cycle));
}
