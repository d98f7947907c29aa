interface Exported {
  readonly namespace: string;
  readonly exportTo: readonly string[];
}

/** The namespaces that see an object; `*` for every one, none for `~`. */
const spacesOf = ({ namespace, exportTo }: Exported): readonly string[] =>
  (exportTo.length === 0 ? ['*'] : exportTo).map((to) => (to === '.' ? namespace : to)).filter((to) => to !== '~');

/** Objects about one thing, such as a host, by who sees them. */
export class Scopes<T extends Exported> {
  readonly #bySpace = new Map<string, T>();
  #first: T | undefined;

  /** Adds an object. Returns an earlier one that is seen from one of its namespaces too. */
  add(one: T): T | undefined {
    const other = this.meeting(one);
    const spaces = spacesOf(one);
    if (spaces.length > 0) this.#first ??= one;
    for (const space of spaces) if (!this.#bySpace.has(space)) this.#bySpace.set(space, one);
    return other;
  }

  /** One of those that are seen from one of an object's namespaces. */
  meeting(one: T): T | undefined {
    const spaces = spacesOf(one);
    if (spaces.includes('*')) return this.#first;
    return spaces.length === 0 ? undefined : (this.#bySpace.get('*') ?? spaces.flatMap((space) => this.#bySpace.get(space) ?? [])[0]);
  }
}
