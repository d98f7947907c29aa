import type { Statement } from '../hcl/shape.ts';
import type { TerraformModule } from '../hcl/terraform-module.ts';
import type { SchemaLookup } from '../schema/provider-schema.ts';
import { type BlockKind, camelCase } from '../schema/schema.ts';
import type { Finding } from './finding.ts';

interface Reference {
  readonly line: number;
  /** Names only, without what stands in square brackets: `aws_subnet.public[each.key].id` → aws_subnet, public, id. */
  readonly path: readonly string[];
}

/** Every `var.`, `local.`, `module.`, `data.`, `ephemeral.` and resource that an expression names must exist, attributes included. */
export async function checkReferences(
  module: TerraformModule,
  modules: ReadonlyMap<string, TerraformModule>,
  schemas: SchemaLookup,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { file, block } of module.blocks)
    for (const reference of referencesIn(block.body)) {
      const message = await complaint(reference.path, module, modules, schemas);
      if (message) findings.push({ file, line: reference.line, message });
    }
  return findings;
}

/** Labels of the module's blocks of one kind, joined by dots: `aws_vpc.this`. */
export const namesOf = (module: TerraformModule, kind: string): ReadonlySet<string> =>
  new Set(module.blocks.filter(({ block }) => block.name === kind).map(({ block }) => block.labels.join('.')));

const localNames = (module: TerraformModule): ReadonlySet<string> =>
  new Set(module.blocks.filter(({ block }) => block.name === 'locals').flatMap(({ block }) => block.body.map(({ name }) => name)));

async function complaint(
  path: readonly string[],
  module: TerraformModule,
  modules: ReadonlyMap<string, TerraformModule>,
  schemas: SchemaLookup,
): Promise<string | undefined> {
  const [root = '', first = '', second] = path;
  if (root === 'var') return namesOf(module, 'variable').has(first) ? undefined : `there is no variable ${first}`;
  if (root === 'local') return localNames(module).has(first) ? undefined : `there is no local ${first}`;
  if (root === 'module') {
    const called = modules.get(first);
    if (!called) return `there is no module ${first}`;
    // An import names a resource inside of a module, which no expression can.
    if (second !== undefined && /^(?:aws|helm)_/.test(second)) {
      const address = path.slice(2, 4).join('.');
      return namesOf(called, 'resource').has(address) ? undefined : `module ${first} has no resource ${address}`;
    }
    return second === undefined || namesOf(called, 'output').has(second) ? undefined : `module ${first} has no output ${second}`;
  }
  const kind: BlockKind = root === 'data' || root === 'ephemeral' ? root : 'resource';
  const [type = '', name = '', attribute] = kind === 'resource' ? path : path.slice(1);
  if (!namesOf(module, kind).has(`${type}.${name}`)) return `there is no ${kind} ${type}.${name}`;
  const schema = await schemas(kind, type);
  if (!schema || attribute === undefined) return undefined;
  const known = schema.attributes.includes(camelCase(attribute)) || Object.hasOwn(schema.bodies[schema.body] ?? {}, attribute);
  return known ? undefined : `${kind} ${type} has no attribute ${attribute}`;
}

function referencesIn(body: readonly Statement[]): readonly Reference[] {
  return body.flatMap((statement) =>
    statement.kind === 'block'
      ? referencesIn(statement.body)
      : pathsIn(statement.expression).map((path) => ({ line: statement.line, path })),
  );
}

const ROOT = /(?<![\w.-])(?:var|local|module|data|ephemeral|aws_\w+|helm_\w+)(?=\.)/g;

/** The references of a blanked expression. */
export function pathsIn(expression: string): readonly (readonly string[])[] {
  return [...expression.matchAll(ROOT)].map(({ 0: root, index }) => {
    const path = [root];
    let at = index + root.length;
    for (;;) {
      at = afterBrackets(expression, at);
      const part = /^\.(\w+|\*)/.exec(expression.slice(at));
      if (!part?.[1]) return path;
      if (part[1] !== '*') path.push(part[1]);
      at += part[0].length;
    }
  });
}

function afterBrackets(text: string, start: number): number {
  let at = start;
  while (text[at] === '[') {
    let depth = 0;
    do {
      if (text[at] === '[') depth += 1;
      if (text[at] === ']') depth -= 1;
      at += 1;
    } while (depth > 0 && at < text.length);
  }
  return at;
}
