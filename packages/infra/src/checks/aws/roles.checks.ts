import { type Json, member, type TerraformModule } from '../../hcl/terraform-module.ts';
import type { AwsCheck } from '../finding.ts';
import { ofPipeline } from './permissions.checks.ts';
import { expressionOf, type Resource, resourcesOf } from './resources.ts';

/** What the pipeline lists by name, because a prefix would let an apply change the pipeline's own roles. */
export const roleChecks: readonly AwsCheck[] = [
  {
    code: 'AWS207',
    title: 'the pipeline may create every role of the platform, and attach every policy of AWS that those carry',
    hint: 'add it to platform_roles or managed_policies in modules/ci/boundary.tf: an apply stops at it otherwise',
    find: (_, called) => {
      const pipelines = called.filter(ofPipeline);
      const listed = new Set(pipelines.flatMap((module) => [...localsOf(module).values()].flatMap(wordsIn)));
      if (pipelines.length === 0) return [];
      return called
        .filter((module) => !ofPipeline(module))
        .flatMap((module) => [
          ...resourcesOf(module, 'aws_iam_role').flatMap((role) => named(module, role, 'name', /^\$\{var\.name\}-(.+)$/)),
          ...resourcesOf(module, 'aws_iam_role_policy_attachment').flatMap((one) => named(module, one, 'policy_arn', /:policy\/(.+)$/)),
        ])
        .filter(({ name }) => !listed.has(name))
        .map(({ name, file, line, address }) => ({ file, line, message: `the pipeline does not list ${name} of ${address}` }));
    },
  },
];

/** The part of an argument that the pattern captures, once for each round of for_each. */
function named(module: TerraformModule, { file, block, values, address }: Resource, argument: string, pattern: RegExp) {
  const [, name] = pattern.exec(`${member(values, argument)}`) ?? [];
  if (name === undefined) return [];
  const [, local] = /local\.(\w+)/.exec(expressionOf(block, 'for_each') ?? '') ?? [];
  const rounds =
    local === undefined ? wordsIn(member(values, 'for_each')).map((word) => [word, word]) : entriesOf(localsOf(module).get(local));
  const names = name.includes('${each.') ? rounds.map(([key, value]) => (name.includes('.key') ? key : value)) : [name];
  return names.filter((one) => typeof one === 'string').map((one) => ({ name: one, file, line: block.line, address }));
}

const localsOf = (module: TerraformModule): ReadonlyMap<string, Json> =>
  new Map(module.blocks.filter(({ block }) => block.name === 'locals').flatMap(({ values }) => entriesOf(values)));

const entriesOf = (value: Json | undefined): [string, Json][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

/** The quoted words of an expression, or a list's texts. */
const wordsIn = (value: Json | undefined): readonly string[] =>
  Array.isArray(value)
    ? value.flatMap(wordsIn)
    : typeof value !== 'string'
      ? []
      : value.includes('"')
        ? [...value.matchAll(/"([^"$]+)"/g)].map(([, word = '']) => word)
        : [value];
