import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseClients, requireClients } from '@mesh-platform/infra';
import { PlatformError } from '@mesh-platform/kubernetes';
import { cyclesOf, type Mesh, versionName } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';
import type { LockFile } from '../services/production-closure.ts';
import { localEnvironment } from '../services/topology.ts';
import { changeCheckout } from '../template/change.ts';
import { requireKept } from '../template/kept.ts';
import { type Names, requireNames } from '../template/names.ts';
import * as operations from '../template/operations.ts';
import {
  requireConnectable,
  requireConnected,
  requireDatabase,
  requireNewVersion,
  requireRetirable,
  requireUncalled,
} from '../template/refusals.ts';
import { namesOf, rename } from '../template/rename.ts';
import { dropSamples, requireSamples } from '../template/samples.ts';
import { protocolNamed, withUnderscores } from '../template/service-files.ts';
import { requireFreeName } from '../template/service-name.ts';
import { type CommandContext, printJson } from './context.ts';

export interface NewServiceOptions {
  readonly calls: readonly string[];
  readonly calledBy: readonly string[];
  readonly protocol: string;
  readonly postgres?: boolean;
}

const topology = async (): Promise<Mesh> => (await localEnvironment()).environment.mesh;

/** A complete service of the house's shape, in the mesh. */
export async function newService(
  name: string,
  { calls, calledBy, protocol: spoken, postgres = false }: NewServiceOptions,
  context: CommandContext,
): Promise<void> {
  const platform = await localEnvironment();
  const { mesh } = platform.environment;
  const database = postgres ? requireDatabase(mesh).name : undefined;
  const wanted = { name, protocol: protocolNamed(spoken), calls: [...new Set(calls)], calledBy: [...new Set(calledBy)], database };
  requireFreeName(name, mesh, await packageNames());
  if (database) requireClients([...databaseClients(platform), { service: name, database: withUnderscores(name) }]);
  const known = operations.withNewService(mesh, wanted);
  const pairs = [...wanted.calls.map((callee) => [name, callee] as const), ...wanted.calledBy.map((caller) => [caller, name] as const)];
  for (const [from, to] of pairs) requireConnectable(from, to, known);
  const files = await changeCheckout(context.progress, (draft) => operations.addService(draft, mesh, wanted));
  report(context, files, newCycles(known, pairs), `${name} is there: its code in apps/${name}, its place in platform.mesh.ts`);
}

/** Lets one service call another; a caller without its own client calls it for the path. */
export async function connect(from: string, to: string, context: CommandContext): Promise<void> {
  const mesh = await topology();
  requireConnectable(from, to, mesh);
  const files = await changeCheckout(context.progress, (draft) => operations.connect(draft, mesh, from, to));
  report(context, files, newCycles(mesh, [[from, to]]), `${from} calls ${to}`);
}

/** It may do so no more. */
export async function disconnect(from: string, to: string, context: CommandContext): Promise<void> {
  const mesh = await topology();
  requireConnected(from, to, mesh);
  const files = await changeCheckout(context.progress, (draft) => operations.disconnect(draft, from, to));
  report(context, files, [], `${from} does not call ${to}`);
}

/** Another version of a service, which gets no weight yet. */
export async function newVersion(name: string, version: string, context: CommandContext): Promise<void> {
  const mesh = await topology();
  requireNewVersion(name, version, mesh);
  const files = await changeCheckout(context.progress, (draft) => operations.addVersion(draft, mesh, name, version));
  report(
    context,
    files,
    [],
    `${versionName(name, version)} is there and gets no requests: set its weight under weights in platform.mesh.ts`,
  );
}

/** Removes a version that gets no requests. */
export async function retireVersion(name: string, version: string, context: CommandContext): Promise<void> {
  const mesh = await topology();
  requireRetirable(name, version, mesh);
  const files = await changeCheckout(context.progress, (draft) => operations.retireVersion(draft, mesh, name, version));
  report(context, files, [], `${versionName(name, version)} is removed`);
}

/** Removes a service that has no callers, with all of its files. */
export async function removeService(name: string, context: CommandContext): Promise<void> {
  const platform = await localEnvironment();
  const { mesh } = platform.environment;
  requireUncalled(name, mesh);
  const kept = databaseClients(platform).find(({ service }) => service === name);
  const files = await changeCheckout(context.progress, (draft) => operations.removeService(draft, mesh, name));
  const left = kept ? `; its database ${kept.database} stays where it is: docs/template.md describes how to drop it` : '';
  report(context, files, [], `${name} is removed${left}`);
}

export interface InitOptions {
  readonly scope?: string;
  readonly namespace?: string;
  /** Whether to remove preview, web and core, with the files about documents. */
  readonly withoutSamples: boolean;
}

/** Renames the packages, the namespace and the topology of the checkout. */
export async function init(
  product: string,
  { scope = product, namespace = product, withoutSamples }: InitOptions,
  context: CommandContext,
): Promise<void> {
  const mesh = await topology();
  if (withoutSamples) requireSamples(mesh);
  const from = await namesOf(checkout, mesh);
  const to = { scope: scope.replace(/^@/, ''), namespace, product };
  requireNames(to, await otherScopes(from.scope));
  await requireKept(checkout);
  if (from.namespace !== to.namespace || from.product !== to.product) await requireEnded(from, context);
  const files = await changeCheckout(context.progress, async (draft) => {
    if (withoutSamples) await dropSamples(draft, mesh);
    return rename(draft, from, to);
  });
  report(context, files, [], files.length > 0 ? inWords(to) : `all of it is called so already: ${inWords(to)}`);
}

/** Refuses while the platform runs under the old name: no command would find it by its labels. */
async function requireEnded({ product, namespace }: Names, { target, suffix }: CommandContext): Promise<void> {
  if (await target.find())
    throw new PlatformError(
      `the target '${target.name}' runs ${product} in ${namespace}`,
      `end it under that name first, its data stays: ./platform down${suffix}`,
    );
}

const inWords = ({ scope, namespace, product }: Names): string =>
  `the platform is ${product}, in the namespace ${namespace}; its packages are @${scope}/…`;

/** Of the packages that are installed, the checkout's own left out. */
async function otherScopes(own: string): Promise<readonly string[]> {
  const folders = await readdir(join(checkout, 'node_modules'));
  return folders.filter((name) => name.startsWith('@') && name !== `@${own}`).map((name) => name.slice(1));
}

/** Regenerates the files that follow from the topology, the environments and the packages: after an edit of them, or a merge. */
export async function generate(context: CommandContext): Promise<void> {
  const files = await changeCheckout(context.progress, async () => []);
  report(
    context,
    files,
    [],
    files.length > 0 ? 'every generated file is in sync with the topology now' : 'every generated file is in sync with the topology',
  );
}

/** The names of the workspaces, without their scope. */
async function packageNames(): Promise<readonly string[]> {
  const { packages } = JSON.parse(await readFile(join(checkout, 'package-lock.json'), 'utf8')) as LockFile;
  return Object.entries(packages).flatMap(([path, { link }]) => (link ? [path.slice(path.lastIndexOf('/') + 1)] : []));
}

/** The cycles that these calls close. */
function newCycles(mesh: Mesh, pairs: readonly (readonly [string, string])[]): readonly string[] {
  const before = new Set(cyclesOf(mesh));
  return cyclesOf(operations.withCalls(mesh, pairs)).filter((cycle) => !before.has(cycle));
}

/** The longest list of files that is printed. */
const MANY = 60;

function report({ json }: CommandContext, files: readonly string[], cycles: readonly string[], message: string): void {
  const shown = files.length > MANY ? [] : files;
  const counted = files.length > MANY ? [`  ${files.length} files: git status lists them`] : [];
  const lines = [
    ...shown.map((file) => `  ${file}`),
    ...counted,
    '',
    ...cycles.map((cycle) => `note: the calls go around: ${cycle}`),
    message,
  ];
  if (json) printJson({ files, cycles });
  else process.stdout.write(`\n${lines.join('\n')}\n`);
}
