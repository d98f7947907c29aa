import { Inventory } from '../model/inventory.ts';
import type { MeshObject } from '../object.ts';

/** The objects of one namespace, as the model reads them. Their fields are not validated here: run `mesh check` first. */
export interface Given {
  readonly namespace: string;
  readonly inventory: Inventory;
  /** Names of StatefulSets. */
  readonly stateful: ReadonlySet<string>;
}

/** Reads the namespace that most objects have; the others are left to be reported. */
export function givenObjects(objects: readonly MeshObject[]): Given {
  const namespace = mostFrequent(objects.map(({ metadata }) => metadata?.namespace ?? '').filter(Boolean)) ?? 'default';
  const own = objects.filter(({ metadata }) => metadata?.namespace === namespace);
  const stateful = own.filter(({ kind }) => kind === 'StatefulSet').map(({ metadata }) => metadata?.name ?? '');
  return { namespace, inventory: new Inventory(own), stateful: new Set(stateful) };
}

function mostFrequent(words: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
