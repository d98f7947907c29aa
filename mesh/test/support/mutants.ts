import type { MeshObject } from '../../src/object.ts';

type Place = readonly [parent: Record<string, unknown>, key: string];

const STRANGE: readonly unknown[] = ['', 'a b', '*', 'a/b', '1500us', -1, 0, 101, 65_536, 1.5, true, null, [], [''], {}];

/** Each object with the value of one field changed: into one that the field has elsewhere, or into a strange one. Every run makes the same. */
export function mutants(objects: readonly MeshObject[]): readonly MeshObject[] {
  const elsewhere = Map.groupBy(objects.flatMap(places), ([, key]) => key);
  return objects.map((object, index) => {
    const mutant = structuredClone(object);
    const all = places(mutant);
    const [parent, key] = all[(index * 31) % all.length] ?? [{}, ''];
    const values = [...(elsewhere.get(key) ?? []).map(([other]) => other[key]), ...STRANGE];
    parent[key] = structuredClone(values[(index * 17) % values.length]);
    return { ...mutant, metadata: { ...mutant.metadata, name: `mutant-${index}` } };
  });
}

/** Every field and item of a spec. */
function places({ spec }: MeshObject): readonly Place[] {
  const below = (value: unknown): readonly Place[] => {
    if (typeof value !== 'object' || value === null) return [];
    const fields = value as Record<string, unknown>;
    return Object.keys(fields).flatMap((key) => [[fields, key] as const, ...below(fields[key])]);
  };
  return below(spec);
}
