import { isDeepStrictEqual } from 'node:util';

/** One field that differs. Undefined: it is not there. */
export interface FieldChange {
  /** `spec.http[preview].route[1].weight`: elements of a list by their name where each has one. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Metadata that the API server manages and changes with every write. */
const BOOKKEEPING = new Set(['managedFields', 'resourceVersion', 'generation', 'creationTimestamp', 'uid', 'selfLink']);

/**
 * The fields that applying changes in an object: `after` is the result of the API server's dry run, so fields of other managers are
 * equal in both.
 */
export function fieldChanges(before: object, after: object): readonly FieldChange[] {
  return changes('', withoutBookkeeping(before), withoutBookkeeping(after));
}

function withoutBookkeeping(object: object): object {
  const { status: _, metadata, ...rest } = object as { status?: unknown; metadata?: object };
  return { ...rest, metadata: Object.fromEntries(Object.entries(metadata ?? {}).filter(([name]) => !BOOKKEEPING.has(name))) };
}

function changes(path: string, before: unknown, after: unknown): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [old, now] = [fieldsOf(before, after), fieldsOf(after, before)];
  if (!old || !now) return [{ path, before, after }];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => changes(join(path, key), old.get(key), now.get(key)));
}

const join = (path: string, key: string): string => (path === '' || key.startsWith('[') ? `${path}${key}` : `${path}.${key}`);

/** The parts of a value that can be compared with another of the same shape; undefined where the values are compared whole. */
function fieldsOf(value: unknown, other: unknown): Map<string, unknown> | undefined {
  if (Array.isArray(value) && Array.isArray(other)) {
    const named = [...value, ...other].every((element) => typeof (element as { name?: unknown } | null)?.name === 'string');
    const whole = [...value, ...other].every((element) => typeof element !== 'object');
    const keys = value.map((element: { name: string }, index) => `[${named ? element.name : index}]`);
    return whole || new Set(keys).size < keys.length ? undefined : new Map(keys.map((key, index) => [key, value[index]]));
  }
  const isMap = (one: unknown): one is object => typeof one === 'object' && one !== null && !Array.isArray(one);
  if (isMap(value) && isMap(other))
    return new Map(Object.entries(value).map(([key, inner]) => [key.includes('.') ? `[${key}]` : key, inner]));
  return undefined;
}
