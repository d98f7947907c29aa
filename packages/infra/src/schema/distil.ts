import type { Argument, ArgumentType, BlockKind, Body, ProviderSchema, ResourceSchema } from './schema.ts';

/** The part of a `.jsii` file that is read: https://aws.github.io/jsii/specification/ */
export interface Assembly {
  readonly types: Readonly<Record<string, AssemblyType>>;
}
interface AssemblyType {
  readonly kind: string;
  readonly docs?: Docs;
  readonly initializer?: { readonly parameters?: readonly { readonly name: string; readonly type: TypeReference }[] };
  readonly properties?: readonly Property[];
}
interface Docs {
  readonly summary?: string;
  readonly remarks?: string;
}
interface Property {
  readonly name: string;
  readonly optional?: boolean;
  readonly static?: boolean;
  readonly docs?: Docs;
  readonly type: TypeReference;
}
interface TypeReference {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly kind: string; readonly elementtype: TypeReference };
  readonly union?: { readonly types: readonly TypeReference[] };
}

const KINDS: Readonly<Record<string, BlockKind>> = { resources: 'resource', 'data-sources': 'data', 'ephemeral-resources': 'ephemeral' };

/** The schemas that a provider's published bindings describe; their documentation gives each type and argument its name in Terraform. */
export function distil({ types }: Assembly): ProviderSchema {
  const schema: Record<BlockKind, Record<string, ResourceSchema>> = { resource: {}, data: {}, ephemeral: {} };
  for (const [fqn, type] of Object.entries(types)) {
    const represents = /^Represents a \{@link \S+\/docs\/([a-z-]+)\/\S+ (\w+)\}/.exec(type.docs?.summary ?? '');
    const config = type.initializer?.parameters?.find(({ name }) => name === 'config')?.type.fqn ?? `${fqn}Config`;
    // The bindings link an ephemeral resource as a resource; its namespace distinguishes them.
    const kind = /\.ephemeral[A-Z]\w*\.Ephemeral/.test(fqn) ? 'ephemeral' : KINDS[represents?.[1] ?? ''];
    const name = represents?.[2];
    if (type.kind !== 'class' || !kind || !name || !types[config]) continue;
    const attributes = (type.properties ?? []).filter((property) => !property.static).map((property) => property.name);
    schema[kind][name] = { body: config, bodies: bodiesFrom(config, types), attributes };
  }
  return schema;
}

/** A body and every body that is nested in it, by its name in the assembly: some are nested in themselves. */
function bodiesFrom(root: string, types: Assembly['types']): Record<string, Body> {
  const bodies: Record<string, Body> = {};
  const wanted = [root];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (bodies[name]) continue;
    const body = bodyOf(types[name]?.properties ?? []);
    bodies[name] = body;
    for (const { type } of Object.values(body)) if ('body' in type) wanted.push(type.body);
  }
  return bodies;
}

function bodyOf(properties: readonly Property[]): Body {
  return Object.fromEntries(
    properties.flatMap((property): [string, Argument][] => {
      const words = `${property.docs?.remarks ?? ''} ${property.docs?.summary ?? ''}`;
      const name = /\{@link \S+#(\w+) /.exec(words)?.[1];
      if (!name) return [];
      const isBlock = /^\w+ block\.$/.test(property.docs?.summary ?? '');
      return [[name, { type: typeOf(property.type, isBlock), required: property.optional !== true }]];
    }),
  );
}

function typeOf(reference: TypeReference, isBlock: boolean, many = false): ArgumentType {
  const { primitive, fqn, collection, union } = reference;
  if (union) {
    // Each type may also be a value that is not known yet; that one is ignored.
    const known = union.types.filter((type) => !type.fqn?.endsWith('.IResolvable'));
    const [only] = known;
    return known.length === 1 && only ? typeOf(only, isBlock, many) : { kind: 'any' };
  }
  if (fqn) return fqn.includes('.IResolvable') ? { kind: 'any' } : { kind: isBlock ? 'block' : 'object', body: fqn, many };
  if (collection) {
    const element = typeOf(collection.elementtype, isBlock, true);
    if ('body' in element) return element;
    return { kind: collection.kind === 'map' ? 'map' : 'list', of: element };
  }
  if (primitive === 'boolean') return { kind: 'bool' };
  return { kind: primitive === 'string' || primitive === 'number' ? primitive : 'any' };
}
