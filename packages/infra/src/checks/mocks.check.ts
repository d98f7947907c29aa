import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Statement } from '../hcl/shape.ts';
import { isBlock, type Json, type Located, member, readBlocks, type TerraformModule } from '../hcl/terraform-module.ts';
import type { SchemaLookup } from '../schema/provider-schema.ts';
import { camelCase } from '../schema/schema.ts';
import { innerBlocks } from './aws/resources.ts';
import type { Finding } from './finding.ts';

/** Ids that variables of modules validate by their prefix. */
const PREFIXED = new Set(['aws_vpc', 'aws_security_group']);
const HINT = 'add the attribute to defaults of mock_resource: OpenTofu plans a mock with a random word, or an empty list, in its place';

/** Each test file of a module must mock what its plan reads in a certain form: ARNs, ids with a prefix, and lists that are indexed. */
export async function checkMocks(
  module: TerraformModule,
  called: readonly TerraformModule[],
  schemas: SchemaLookup,
): Promise<readonly Finding[]> {
  const folder = join(module.folder, 'tests');
  if (!existsSync(folder)) return [];
  const needed = await neededIn([module, ...called], schemas);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.tftest.hcl')).map((name) => join(folder, name));
  const found = await Promise.all(files.map(async (file) => missingIn(file, await readBlocks(file, await readFile(file, 'utf8')), needed)));
  return found.flat();
}

/** The attributes, as TYPE.ATTRIBUTE, that a test file does not mock. */
export function missingIn(file: string, blocks: readonly Located[], needed: ReadonlySet<string>): readonly Finding[] {
  const providers = blocks.filter(({ block }) => block.name === 'mock_provider');
  const given = new Set(
    providers
      .flatMap((provider) => ['mock_resource', 'mock_data'].flatMap((name) => innerBlocks(provider, name)))
      .flatMap(({ block, values }) => keysOf(member(values, 'defaults')).map((attribute) => `${block.labels[0]}.${attribute}`)),
  );
  return [...needed]
    .filter((attribute) => !given.has(attribute))
    .map((attribute) => ({ file, line: providers[0]?.block.line ?? 1, message: `${attribute} has no mock`, code: 'AWS201', hint: HINT }));
}

/** What the expressions of modules read in a form that a random word does not have. */
export async function neededIn(modules: readonly TerraformModule[], schemas: SchemaLookup): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  for (const expression of modules.flatMap(({ blocks }) => blocks.flatMap(({ block }) => block.body.flatMap(expressionsIn))))
    for (const [, type = '', attribute = '', index] of expression.matchAll(
      /(?<![\w.-])(?:data\.)?(aws_\w+)\.\w+(?:\[[^\]]*\])?\.(\w+)(\[0\])?/g,
    ))
      if (attribute === 'arn' || (attribute === 'id' && PREFIXED.has(type)) || (await isComputedList(type, attribute, index, schemas)))
        needed.add(`${type}.${attribute}`);
  return needed;
}

/** Lists that only AWS fills: read by an index, or by a field of their elements. */
async function isComputedList(type: string, attribute: string, index: string | undefined, schemas: SchemaLookup): Promise<boolean> {
  if (index === undefined && attribute !== 'domain_validation_options') return false;
  const schema = await schemas('resource', type);
  const filled = schema?.attributes.includes(camelCase(attribute)) ?? false;
  return filled && !(attribute in (schema?.bodies[schema.body] ?? {}));
}

const expressionsIn = (statement: Statement): readonly string[] =>
  isBlock(statement) ? statement.body.flatMap(expressionsIn) : [statement.expression];

const keysOf = (value: Json | undefined): readonly string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : []);
