import type { MeshObject } from '../../src/object.ts';
import type { Random } from './random.ts';

type Fields = Record<string, unknown>;
type Place = readonly [parent: Fields, key: string];

const STRANGE: readonly unknown[] = [
  '',
  'a b',
  '*',
  'a/b',
  '1500us',
  -1,
  0,
  1,
  101,
  65_536,
  1.5,
  true,
  null,
  [],
  [''],
  {},
  'unix://a',
  '10.0.0.0/8',
];

/** As many copies of the objects as asked for, each changed in one to three places. The same for the same seed. */
export function mutants(objects: readonly MeshObject[], count: number, random: Random): readonly MeshObject[] {
  const known = objects.flatMap(places);
  const byKey = Map.groupBy(known, ([, key]) => key);
  /** The fields that stand next to a field: where a mutant gets fields that its parent may have. */
  const siblings = Map.groupBy(
    known.filter(([parent]) => !Array.isArray(parent)),
    ([parent]) => Object.keys(parent).sort().join(),
  );
  const anySibling = [...siblings.values()].map(([first]) => first).filter((first) => first !== undefined);

  function change(mutant: MeshObject): void {
    const all = places(mutant);
    if (all.length === 0) return;
    const [parent, key] = random.pick(all);
    const alike = (byKey.get(key) ?? []).map(([other]) => other[key]);
    const how = random.next();
    if (how < 0.45) parent[key] = structuredClone(random.pick([...alike, ...alike, ...STRANGE]));
    else if (how < 0.6) remove(parent, key);
    else if (how < 0.75 && Array.isArray(parent)) parent.push(structuredClone(parent[Number(key)]));
    else if (how < 0.9) addField(parent, key);
    else if (typeof parent[key] === 'string') parent[key] = odd(parent[key]);
    else parent[key] = structuredClone(random.pick(STRANGE));
  }

  /** A field that an object with the same field has elsewhere. */
  function addField(parent: Fields, key: string): void {
    if (Array.isArray(parent)) return;
    const others = anySibling.filter(([other]) => Object.hasOwn(other, key));
    const [other] = random.pick(others.length > 0 ? others : anySibling);
    const name = random.pick(Object.keys(other));
    parent[name] ??= structuredClone(other[name]);
  }

  const odd = (text: string): string =>
    random.pick([
      `${text}.`,
      `*${text}`,
      `${text}*`,
      `${text}/`,
      `.${text}`,
      `-${text}`,
      text.slice(1),
      text.slice(0, -1),
      text.toUpperCase(),
      `${text} `,
      `%${text}`,
    ]);

  return Array.from({ length: count }, (_, index) => {
    const mutant = structuredClone(random.pick(objects));
    for (let changes = 1 + Math.floor(random.next() * random.next() * 3); changes > 0; changes--) change(mutant);
    return { ...mutant, metadata: { ...mutant.metadata, name: `mutant-${index}` } };
  });
}

function remove(parent: Fields, key: string): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

/** Every field and item of a spec. */
function places({ spec }: MeshObject): readonly Place[] {
  const below = (value: unknown): readonly Place[] => {
    if (typeof value !== 'object' || value === null) return [];
    const fields = value as Fields;
    return Object.keys(fields).flatMap((key) => [[fields, key] as const, ...below(fields[key])]);
  };
  return below(spec);
}
