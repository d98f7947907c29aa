import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mesh } from '@mesh-platform/mesh';
import { editTopology, setNames, TOPOLOGY } from '@mesh-platform/mesh/topology-file';
import type { Draft } from './draft.ts';
import type { Names } from './names.ts';
import { renamed } from './renamed.ts';

/** What a checkout calls itself now. */
export async function namesOf(checkout: string, { name, namespace }: Pick<Mesh, 'name' | 'namespace'>): Promise<Names> {
  const { name: scope } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')) as { readonly name: string };
  return { scope, namespace, product: name };
}

/** Renames a draft in all of its texts. Returns the files to format again: imports are sorted by the scope. */
export async function rename(draft: Draft, from: Names, to: Names): Promise<readonly string[]> {
  for (const file of await draft.files()) {
    const text = await draft.textOf(file);
    const after = text && renamed(file, text, from, to);
    if (after && after !== text) await draft.write(file, after);
  }
  await draft.edit(TOPOLOGY, (text) => editTopology(TOPOLOGY, text, setNames({ name: to.product, namespace: to.namespace })));
  if (from.scope !== to.scope) await draft.rescope(from.scope, to.scope);
  return ['.'];
}
