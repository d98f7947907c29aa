import { Inventory } from '../model/inventory.ts';
import type { Host } from '../model/services.ts';
import type { Workload } from '../model/workloads.ts';
import { groupKind, isIstio, type MeshObject } from '../object.ts';

/** The objects of one namespace, as the model reads them. Their fields are not validated here: run `mesh check` first. */
export interface Given {
  readonly namespace: string;
  readonly objects: readonly MeshObject[];
  /** Objects of other namespaces that a topology would have to express. */
  readonly elsewhere: readonly MeshObject[];
  readonly inventory: Inventory;
  /** Names of StatefulSets. */
  readonly stateful: ReadonlySet<string>;
}

/** Reads the namespace that most objects have; without one, an object is in `default`, as kubectl takes it. */
export function givenObjects(all: readonly MeshObject[]): Given {
  const objects = all.filter(isPart).map((object) => ({
    ...object,
    metadata: { ...object.metadata, namespace: object.metadata?.namespace ?? 'default' },
  }));
  const namespace = mostFrequent(objects.map(({ metadata }) => metadata.namespace)) ?? 'default';
  const own = objects.filter(({ metadata }) => metadata.namespace === namespace);
  const stateful = own.filter(({ kind }) => kind === 'StatefulSet').map(({ metadata }) => metadata.name ?? '');
  return {
    namespace,
    objects: own,
    elsewhere: objects.filter((object) => object.metadata.namespace !== namespace && isIstio(object)),
    inventory: new Inventory(own),
    stateful: new Set(stateful),
  };
}

/** Objects of namespaces: only they are parts of a mesh. */
const isPart = (object: MeshObject): boolean => !/^ (Namespace|Node|PersistentVolume)$| Cluster/.test(groupKind(object));

function mostFrequent(words: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** The Service of that name. */
export const hostNamed = ({ inventory }: Given, name: string): Host | undefined =>
  inventory.hosts.find((host) => host.isService && host.name === name);

/** The workloads behind the Service of that name. */
export const workloadsOf = (given: Given, name: string): readonly Workload[] => {
  const host = hostNamed(given, name);
  return host ? given.inventory.podsBehind(host) : [];
};
