import type { Block } from '../hcl/shape.ts';
import { type Json, type Located, member, pair, type TerraformModule } from '../hcl/terraform-module.ts';
import type { SchemaLookup } from '../schema/provider-schema.ts';
import type { Argument, ArgumentType, BlockKind, Body, ResourceSchema } from '../schema/schema.ts';
import type { Finding } from './finding.ts';

const KINDS: readonly string[] = ['resource', 'data', 'ephemeral'] satisfies BlockKind[];

/** Arguments that every resource takes in addition to its own. */
const META_ATTRIBUTES = new Set(['count', 'for_each', 'depends_on', 'provider']);
const META_BLOCKS = new Set(['lifecycle', 'provisioner', 'connection']);

/** Checks every resource, data and ephemeral block against the provider's schema. */
export async function checkResources(module: TerraformModule, schemas: SchemaLookup): Promise<readonly Finding[]> {
  const found = await Promise.all(
    module.blocks.filter(({ block }) => KINDS.includes(block.name)).map((located) => checkResource(located, schemas)),
  );
  return found.flat();
}

async function checkResource({ file, block, values }: Located, schemas: SchemaLookup): Promise<readonly Finding[]> {
  const [type = '', name] = block.labels;
  const schema = await schemas(block.name as BlockKind, type);
  if (!schema) return [{ file, line: block.line, message: `no provider has the ${block.name} ${type}` }];
  const check = new BodyCheck(schema, file, `${type}.${name}`);
  check.body(block, values, schema.body, true);
  return check.findings;
}

class BodyCheck {
  readonly findings: Finding[] = [];
  readonly #schema: ResourceSchema;
  readonly #file: string;
  readonly #name: string;

  constructor(schema: ResourceSchema, file: string, name: string) {
    this.#schema = schema;
    this.#file = file;
    this.#name = name;
  }

  body(block: Block, values: Json, bodyName: string, outermost: boolean): void {
    const schema = this.#schema.bodies[bodyName] ?? {};
    const given = new Map<string, number>();
    for (const statement of block.body)
      if (statement.kind === 'attribute') {
        given.set(statement.name, 1);
        if (!(outermost && META_ATTRIBUTES.has(statement.name)))
          this.#attribute(statement.name, statement.line, schema[statement.name], member(values, statement.name));
      }
    for (const { block: inner, values: innerValues } of pair(block.body, values)) {
      const dynamic = inner.name === 'dynamic';
      const name = dynamic ? (inner.labels[0] ?? '') : inner.name;
      given.set(name, (given.get(name) ?? 0) + 1);
      if (outermost && META_BLOCKS.has(name)) continue;
      if (dynamic) this.#dynamic(name, inner, innerValues, schema[name]);
      else this.#block(name, inner, innerValues, schema[name]);
    }
    this.#counts(block, schema, given);
  }

  #counts(block: Block, schema: Body, given: ReadonlyMap<string, number>): void {
    for (const [name, { required, type }] of Object.entries(schema)) {
      const count = given.get(name) ?? 0;
      if (required && count === 0) this.#find(block.line, `${name} is required and missing`);
      if (type.kind === 'block' && !type.many && count > 1)
        this.#find(block.line, `the block ${name} may stand once, and stands ${count} times`);
    }
  }

  #attribute(name: string, line: number, argument: Argument | undefined, value: Json | undefined): void {
    if (!argument) this.#find(line, `there is no argument ${name}`);
    else if (argument.type.kind === 'block') this.#find(line, `${name} is a block: write ${name} { … }, without =`);
    else if (value !== undefined) {
      const complaint = mismatch(value, argument.type);
      if (complaint) this.#find(line, `${name} ${complaint}`);
    }
  }

  #block(name: string, block: Block, values: Json, argument: Argument | undefined): void {
    if (!argument) this.#find(block.line, `there is no block ${name}`);
    else if (argument.type.kind === 'block') this.body(block, values, argument.type.body, false);
    else this.#find(block.line, `${name} is an attribute: write ${name} = …`);
  }

  #dynamic(name: string, block: Block, values: Json, argument: Argument | undefined): void {
    const content = pair(block.body, values).find(({ block: inner }) => inner.name === 'content');
    if (content) this.#block(name, { ...content.block, line: block.line }, content.values, argument);
    else this.#find(block.line, `dynamic ${name} has no content`);
  }

  #find(line: number, message: string): void {
    this.findings.push({ file: this.#file, line, message: `${this.#name}: ${message}` });
  }
}

const isExpression = (value: Json): boolean => typeof value === 'string' && /[$%]\{/.test(value);

/** Why a literal cannot be of the type, undefined where it can, or where it is known only when Terraform runs. */
function mismatch(value: Json, type: ArgumentType): string | undefined {
  if (value === null || isExpression(value) || type.kind === 'any') return undefined;
  const isList = Array.isArray(value);
  const isObject = typeof value === 'object' && !isList;
  switch (type.kind) {
    case 'string':
      return isList || isObject ? 'must be a string' : undefined;
    case 'number':
      return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
        ? undefined
        : 'must be a number';
    case 'bool':
      return typeof value === 'boolean' || value === 'true' || value === 'false' ? undefined : 'must be true or false';
    case 'list':
      return isList ? firstOf(value.map((item) => mismatch(item, type.of))) : 'must be a list';
    case 'map':
      return isObject ? firstOf(Object.values(value).map((item) => mismatch(item as Json, type.of))) : 'must be a map';
    case 'object':
      return type.many === isList || (!type.many && isObject) ? undefined : `must be ${type.many ? 'a list of objects' : 'an object'}`;
    default:
      return undefined;
  }
}

const firstOf = (complaints: readonly (string | undefined)[]): string | undefined => {
  const found = complaints.find((complaint) => complaint !== undefined);
  return found === undefined ? undefined : `has an element that ${found}`;
};
