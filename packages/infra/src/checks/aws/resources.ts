import type { Block, Statement } from '../../hcl/shape.ts';
import { isBlock, type Json, type Located, member, pair, type TerraformModule } from '../../hcl/terraform-module.ts';

/** A resource, data source or ephemeral resource with its address in the module: `aws_vpc.this`, `data.aws_region.this`. */
export interface Resource extends Located {
  readonly type: string;
  readonly address: string;
}

const KINDS = new Set(['resource', 'data', 'ephemeral']);

/** The module's resources, of one type where one is named. */
export const resourcesOf = (module: TerraformModule, type?: string): readonly Resource[] =>
  module.blocks
    .filter(({ block }) => KINDS.has(block.name))
    .map((located) => {
      const [kind, labels] = [located.block.name, located.block.labels];
      return { ...located, type: labels[0] ?? '', address: [...(kind === 'resource' ? [] : [kind]), ...labels].join('.') };
    })
    .filter((resource) => type === undefined || resource.type === type);

/** The blocks of one name directly inside of a block, with their values. */
export const innerBlocks = ({ block, values }: { readonly block: Block; readonly values: Json }, name: string) =>
  pair(block.body, values).filter(({ block: inner }) => inner.name === name);

/** The expression of an attribute, blanked; undefined where it is not given. */
export const expressionOf = (block: Block, name: string): string | undefined => {
  const found = block.body.find((statement): statement is Exclude<Statement, Block> => !isBlock(statement) && statement.name === name);
  return found?.expression;
};

/** A text with the defaults of the variables that it names; undefined where one has none, or where it names something else. */
export function resolved(module: TerraformModule, value: Json | undefined): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  const known = value.replaceAll(/\$\{var\.(\w+)\}/g, (text, name: string) => {
    const variable = module.blocks.find(({ block }) => block.name === 'variable' && block.labels[0] === name);
    const given = variable && member(variable.values, 'default');
    return given === undefined || given === null || typeof given === 'object' ? text : String(given);
  });
  return known.includes('${') ? undefined : known;
}
