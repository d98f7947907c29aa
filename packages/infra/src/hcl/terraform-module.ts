import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import { checkout } from '@mesh-platform/targets';
import { type Block, type Statement, shapeOf } from './shape.ts';

export const terraformFolder = join(checkout, 'infra/terraform');

/** Every folder that Terraform reads, below `terraformFolder`. */
export const terraformModules = [
  'bootstrap',
  'live',
  ...['network', 'cluster', 'database', 'registry', 'edge', 'alarms', 'ci'].map((name) => join('modules', name)),
] as const;

/** A value as `@cdktn/hcl2json` gives it: literals as they are, expressions as `${…}`, blocks as arrays of objects. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A block and its values. */
export interface Located {
  readonly file: string;
  readonly block: Block;
  readonly values: Json;
}

/** The `.tf` files of one folder. */
export interface TerraformModule {
  readonly folder: string;
  readonly blocks: readonly Located[];
}

/** Reads a module. Throws with the parser's own message where the HCL is wrong. */
export async function readModule(folder: string): Promise<TerraformModule> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.tf')).sort();
  const blocks = await Promise.all(files.map(async (name) => readBlocks(join(folder, name), await readFile(join(folder, name), 'utf8'))));
  return { folder, blocks: blocks.flat() };
}

/** The top-level blocks of one file's text. */
export async function readBlocks(file: string, text: string): Promise<readonly Located[]> {
  const json = (await parse(file, text)) as Json;
  return pair(shapeOf(text), json).map(({ block, values }) => ({ file, block, values }));
}

/** The blocks of a body, each with its values: the parser keeps blocks of one name and one set of labels in their order. */
export function pair(body: readonly Statement[], json: Json): readonly { readonly block: Block; readonly values: Json }[] {
  const taken = new Map<string, number>();
  return body.filter(isBlock).map((block) => {
    const path = [block.name, ...block.labels];
    const index = taken.get(path.join('\0')) ?? 0;
    taken.set(path.join('\0'), index + 1);
    const found = path.reduce<Json | undefined>(member, json);
    return { block, values: Array.isArray(found) ? (found[index] ?? null) : (found ?? null) };
  });
}

export const isBlock = (statement: Statement): statement is Block => statement.kind === 'block';

/** A member of an object, undefined where there is none. */
export const member = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { [name: string]: Json })[name] : undefined;
