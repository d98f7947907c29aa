import { type Json, member, type TerraformModule } from '../hcl/terraform-module.ts';

/** The values of a module's variables, as far as the text contains them: of one environment, or its defaults. */
export interface Context {
  readonly environment: string;
  readonly region: string;
  readonly variables: Readonly<Record<string, Json>>;
}

/** The arguments of each module that an environment's root module calls: literals, and the values of the environment's variables. */
export function contextsOf(
  root: TerraformModule,
  environment: string,
  given: Readonly<Record<string, Json>>,
): ReadonlyMap<string, Context> {
  const region = String(given.region ?? '');
  const own: Context = { environment, region, variables: given };
  const name = `${String(member(given.topology, 'name') ?? '')}-${environment}`;
  return new Map(
    root.blocks
      .filter(({ block }) => block.name === 'module')
      .map(({ block, values }) => {
        const variables = Object.fromEntries(
          block.body.flatMap(({ name: argument }): [string, Json][] => {
            const value = argument === 'name' ? name : known(member(values, argument), own);
            return value === undefined ? [] : [[argument, value]];
          }),
        );
        return [String(member(values, 'source')), { environment, region, variables }];
      }),
  );
}

/** The module's variables, with defaults for those that the caller does not set. */
export const withDefaults = (module: TerraformModule, context: Context): Context => ({
  ...context,
  variables: {
    ...Object.fromEntries(
      module.blocks
        .filter(({ block, values }) => block.name === 'variable' && (member(values, 'default') ?? null) !== null)
        .map(({ block, values }) => [block.labels[0] ?? '', member(values, 'default') as Json]),
    ),
    ...context.variables,
  },
});

const WHOLE = /^\$\{(var|each)\.([\w.]+)\}$/;
const INSIDE = /\$\{(var|each)\.([\w.]+)\}/g;

/** A value where it is literal, or made of variables whose values are known; undefined where only a plan knows it. */
export function known(value: Json | undefined, context: Context, each?: Each): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => known(item, context, each));
    return items.every((item) => item !== undefined) ? (items as readonly Json[]) : undefined;
  }
  if (typeof value !== 'string') return typeof value === 'object' ? undefined : value;
  const [, root, path] = WHOLE.exec(value) ?? [];
  if (root && path) return found(root, path, context, each);
  const text = value.replaceAll(INSIDE, (expression, from: string, names: string) => {
    const part = found(from, names, context, each);
    return part === undefined || typeof part === 'object' ? expression : String(part);
  });
  return /[$%]\{/.test(text) ? undefined : text;
}

/** One round of a for_each. */
export interface Each {
  readonly key: Json;
  readonly value: Json;
}

const found = (root: string, path: string, { variables }: Context, each?: Each): Json | undefined =>
  path.split('.').reduce<Json | undefined>(member, (root === 'var' ? variables : (each as unknown as Json)) ?? undefined);

/** The rounds of a block's for_each; one of nothing where it has none, or where only a plan knows them. */
export function roundsOf(values: Json, context: Context): readonly (Each | undefined)[] {
  const rounds = member(values, 'for_each');
  const [, list] = typeof rounds === 'string' ? (/^\$\{toset\(\[(.*)\]\)\}$/.exec(rounds) ?? []) : [];
  if (list !== undefined) return [...list.matchAll(/"([^"]*)"/g)].map(([, key = '']) => ({ key, value: key }));
  const given = typeof rounds === 'string' ? known(rounds, context) : rounds;
  if (Array.isArray(given)) return given.map((key: Json) => ({ key, value: key }));
  if (typeof given === 'object' && given !== null) return Object.entries(given).map(([key, value]) => ({ key, value: value as Json }));
  return [undefined];
}
