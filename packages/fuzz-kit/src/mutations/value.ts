import fc from 'fast-check';

export interface ValueCorpus {
  /** Values that the entry takes: plain objects, arrays and scalars. */
  readonly corpus: readonly unknown[];
  /** Values to put in the place of others; objects of fast-check's are drawn too. */
  readonly junk: readonly unknown[];
  /** Whether the values must be such that JSON and YAML can write them. */
  readonly plain?: boolean;
}

type Edit = (places: readonly Place[], index: number) => void;
type Container = Record<string, unknown>;

/** A value within another. */
interface Place {
  readonly parent: Container;
  readonly key: string;
}

const MAX_EDITS = 4;
const KEYS = [
  '',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  'then',
  '\u0000',
  '0',
  'name',
  'x'.repeat(300),
] as const;

/** Values of the corpus, each changed at up to four places: replaced, removed, named otherwise, moved, wrapped deeply. */
export function mutatedValue({ corpus, junk, plain = false }: ValueCorpus): fc.Arbitrary<unknown> {
  const edits = fc.array(fc.tuple(fc.nat(), edit(junk, plain)), { maxLength: MAX_EDITS });
  return fc.tuple(fc.constantFrom(...corpus), edits).map(([value, all]) => {
    const root: Container = { value: copied(value) };
    for (const [at, change] of all) {
      const places = placesOf(root);
      if (places.length > 0) change(places, at % places.length);
    }
    return root.value;
  });
}

function edit(junk: readonly unknown[], plain: boolean): fc.Arbitrary<Edit> {
  const anything = plain
    ? fc.jsonValue({ maxDepth: 2 })
    : fc.anything({ maxDepth: 2, maxKeys: 3, withNullPrototype: true, withBigInt: true, withDate: true, withMap: true });
  const replacement = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...junk) }, { weight: 1, arbitrary: anything });
  return fc.oneof(
    {
      weight: 4,
      arbitrary: replacement.map(
        (value): Edit =>
          (places, index) =>
            put(places[index], copied(value)),
      ),
    },
    { weight: 1, arbitrary: fc.constant<Edit>((places, index) => removed(places[index])) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...KEYS).map(
        (key): Edit =>
          (places, index) =>
            named(places[index], key),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.nat().map(
        (other): Edit =>
          (places, index) =>
            put(places[index], copied(valueAt(places[other % places.length]))),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 1, max: 200 }).map(
        (depth): Edit =>
          (places, index) =>
            put(places[index], wrapped(valueAt(places[index]), depth)),
      ),
    },
  );
}

const valueAt = (place: Place | undefined): unknown => place?.parent[place.key];

function put(place: Place | undefined, value: unknown): void {
  if (place) define(place.parent, place.key, value);
}

function removed(place: Place | undefined): void {
  if (place) delete place.parent[place.key];
}

function named(place: Place | undefined, key: string): void {
  if (!place || Array.isArray(place.parent)) return;
  const value = valueAt(place);
  delete place.parent[place.key];
  define(place.parent, key, value);
}

/** As JSON.parse does it: a key `__proto__` is a key like any other. */
function define(parent: Container, key: string, value: unknown): void {
  Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
}

function wrapped(value: unknown, depth: number): unknown {
  let outer = value;
  for (let level = 0; level < depth; level++) outer = level % 2 === 0 ? [outer] : { a: outer };
  return outer;
}

const isContainer = (value: unknown): value is Container =>
  Array.isArray(value) || (typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value)));

function placesOf(root: Container): readonly Place[] {
  const places: Place[] = [];
  const rest: Container[] = [root];
  for (let parent = rest.pop(); parent; parent = rest.pop()) {
    for (const key of Object.keys(parent)) {
      places.push({ parent, key });
      const value = parent[key];
      if (isContainer(value)) rest.push(value);
    }
  }
  return places;
}

function copied(value: unknown): unknown {
  if (!isContainer(value)) return value;
  if (Array.isArray(value)) return value.map(copied);
  const copy: Container = {};
  for (const key of Object.keys(value)) define(copy, key, copied(value[key]));
  return copy;
}
