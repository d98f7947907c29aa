import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes';
import type { Mesh } from '@mesh-platform/mesh';
import { editTopology, setNames, TOPOLOGY } from '@mesh-platform/mesh/topology-file';
import { checkout, run } from '@mesh-platform/targets';
import type { CommandContext } from '../commands/context.ts';
import type { Change } from '../commands/print-change.ts';
import { localEnvironment } from '../services/topology.ts';
import { changeCheckout } from './change.ts';
import type { Draft } from './draft.ts';
import { type Names, renamed, requireNames } from './renamed.ts';
import { dropSamples, requireSamples } from './samples.ts';

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
): Promise<Change> {
  const { mesh } = (await localEnvironment()).environment;
  if (withoutSamples) requireSamples(mesh);
  const from = await namesOf(mesh);
  const to = { scope: scope.replace(/^@/, ''), namespace, product };
  requireNames(to, await otherScopes(from.scope));
  await requireKept(checkout);
  if (from.namespace !== to.namespace || from.product !== to.product) await requireEnded(from, context);
  const files = await changeCheckout(context.progress, async (draft) => {
    if (withoutSamples) await dropSamples(draft, mesh);
    return rename(draft, from, to);
  });
  return { files, cycles: [], message: files.length > 0 ? inWords(to) : `all of it is called so already: ${inWords(to)}` };
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

/** What the checkout calls itself now. */
async function namesOf({ name, namespace }: Pick<Mesh, 'name' | 'namespace'>): Promise<Names> {
  const { name: scope } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')) as { readonly name: string };
  return { scope, namespace, product: name };
}

/** Renames a draft in all of its texts. Returns the files to format again: imports are sorted by the scope. */
async function rename(draft: Draft, from: Names, to: Names): Promise<readonly string[]> {
  for (const file of await draft.files()) {
    const text = await draft.textOf(file);
    const after = text && renamed(file, text, from, to);
    if (after && after !== text) await draft.write(file, after);
  }
  await draft.edit(TOPOLOGY, (text) => editTopology(TOPOLOGY, text, setNames({ name: to.product, namespace: to.namespace })));
  if (from.scope !== to.scope) await draft.rescope(from.scope, to.scope);
  return ['.'];
}

const GIT_MS = 30_000;
/** `XY path`, where Y is what the folder has and the index has not; a file that is new has `??`. */
const NOT_IN_THE_INDEX = /^.\S (.*)$/m;

/** Refuses a checkout with changes that are not staged: `git restore .`, which undoes a rewriting command, would discard them too. */
export async function requireKept(checkout: string): Promise<void> {
  const changes = await run('git', ['status', '--porcelain'], { cwd: checkout, timeout: GIT_MS }).catch(() => ''); // the draft reports the cause
  const [, file] = NOT_IN_THE_INDEX.exec(changes) ?? [];
  if (file) throw new PlatformError(`the changes of ${file} are not staged in git`, 'commit them first, or git add or git stash them');
}
