/** A Map or a WeakMap. */
interface Keyed<Key, Value> {
  has(key: Key): boolean;
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

/** The value that a map has for a key, which is made and kept where it has none. Undefined is a value too. */
export function kept<Key, Value>(map: Keyed<Key, Value>, key: Key, make: () => Value): Value {
  if (!map.has(key)) map.set(key, make());
  return map.get(key) as Value;
}
