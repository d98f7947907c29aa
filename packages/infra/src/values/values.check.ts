import { innerBlocks, type Resource, resourcesOf } from '../checks/aws/resources.ts';
import type { Finding } from '../checks/finding.ts';
import type { Block } from '../hcl/shape.ts';
import { isBlock, type Json, member, pair, type TerraformModule } from '../hcl/terraform-module.ts';
import { type ApiShape, apiShapes } from './api-shapes.ts';
import { memberFor, ruleOf } from './argument-shapes.ts';
import type { AwsData, Rule, ServiceModel, Shape } from './aws-data.ts';
import { type Context, type Each, known, roundsOf } from './known-values.ts';
import { complaintOf, UNKNOWN } from './rule.ts';

const HINT = 'AWS refuses it at apply: take one of the values that its API lists';

/** How many arguments of a module's resources the API's models know, and how many known values were checked against a rule. */
export interface Coverage {
  readonly resources: number;
  readonly arguments: number;
  readonly mapped: number;
  readonly checked: number;
}

/** Arguments that are Terraform's own, or tags, which every API takes. */
const OWN = new Set(['for_each', 'count', 'depends_on', 'provider', 'tags', 'tags_all', 'region']);
const OWN_BLOCKS = new Set(['lifecycle', 'timeouts', 'provisioner']);

/** Checks the arguments of a module's resources in one environment against the models of AWS's APIs and CloudFormation's schemas. */
export async function checkValues(
  module: TerraformModule,
  context: Context,
  data: AwsData,
): Promise<{ readonly findings: readonly Finding[]; readonly coverage: Coverage }> {
  const walks = await Promise.all(
    resourcesOf(module)
      .filter(ofAws)
      .map((resource) => walkResource(resource, context, data)),
  );
  const sum = (count: (walk: Walk) => number): number => walks.reduce((total, walk) => total + count(walk), 0);
  return {
    findings: walks.flatMap(({ findings }) => findings),
    coverage: {
      resources: walks.length,
      arguments: sum((walk) => walk.seen.size),
      mapped: sum((walk) => walk.mapped.size),
      checked: sum((walk) => walk.checked.size),
    },
  };
}

const ofAws = ({ block, type }: Resource): boolean => block.name === 'resource' && type.startsWith('aws_');

async function walkResource(resource: Resource, context: Context, data: AwsData): Promise<Walk> {
  const shape = apiShapes[resource.type];
  if (!shape) return new Walk(resource, context, { api: ['', ''] }, { operations: {}, shapes: {} }).unmapped();
  const model = await data.service(shape.api[0]);
  const walk = new Walk(resource, context, shape, model);
  const rules = shape.cloudFormation ? await data.resource(shape.cloudFormation, context.region) : [];
  for (const each of roundsOf(resource.values, context)) {
    walk.round(each);
    for (const rule of rules) walk.check(walk.given, withoutRequired(rule), resource.block.line);
  }
  if (resource.type === 'aws_eks_node_group') await checkInstanceTypes(walk, resource, context, data);
  return walk;
}

/** What only a plan knows is not among the values, so nothing is known to be missing. */
const withoutRequired = (rule: Rule): Rule => (typeof rule === 'boolean' || rule.if !== undefined ? rule : { ...rule, required: [] });

async function checkInstanceTypes(walk: Walk, { block, values }: Resource, context: Context, data: AwsData): Promise<void> {
  const rules = await data.resource('AWS::EC2::Instance', context.region);
  for (const each of roundsOf(values, context)) {
    const types = known(member(values, 'instance_types'), context, each);
    for (const InstanceType of Array.isArray(types) ? types : [])
      for (const rule of rules) walk.check({ InstanceType }, withoutRequired(rule), block.line);
  }
}

class Walk {
  readonly findings: Finding[] = [];
  readonly seen = new Set<string>();
  readonly mapped = new Set<string>();
  readonly checked = new Set<string>();
  /** The known values of the round, as CloudFormation names them. */
  given: Record<string, unknown> = {};
  readonly #resource: Resource;
  readonly #context: Context;
  readonly #shape: ApiShape;
  readonly #model: ServiceModel;

  constructor(resource: Resource, context: Context, shape: ApiShape, model: ServiceModel) {
    this.#resource = resource;
    this.#context = context;
    this.#shape = shape;
    this.#model = model;
  }

  unmapped(): Walk {
    this.#body(this.#resource.block, this.#resource.values, { type: 'structure', members: {} }, [], undefined);
    return this;
  }

  round(each: Each | undefined): void {
    this.given = {};
    const [, name] = this.#shape.api;
    const outer = this.#model.shapes[this.#model.operations[name]?.input?.shape ?? name];
    if (!outer) throw new Error(`${this.#shape.api.join(' ')} is not in AWS's models: correct packages/infra/src/values/api-shapes.ts`);
    this.#body(this.#resource.block, this.#resource.values, outer, [], each);
  }

  check(value: unknown, rule: Rule, line: number, path = ''): void {
    const complaint = complaintOf(value, rule, path);
    if (complaint === undefined) return;
    const message = `${this.#resource.address} in ${this.#context.environment}: ${complaint}`;
    if (!this.findings.some((finding) => finding.message === message))
      this.findings.push({ file: this.#resource.file, line, message, code: 'AWS401', hint: HINT });
  }

  #body(block: Block, values: Json, outer: Shape, path: readonly string[], each: Each | undefined): void {
    for (const statement of block.body) {
      if (isBlock(statement) || (path.length === 0 && OWN.has(statement.name))) continue;
      const here = [...path, statement.name];
      this.seen.add(here.join('.'));
      const found = memberFor(this.#model, this.#shape, outer, here);
      if (!found) {
        if (this.#shape.names?.[here.join('.')] === null) this.mapped.add(here.join('.'));
        continue;
      }
      this.mapped.add(here.join('.'));
      const text = known(member(values, statement.name), this.#context, each);
      const value = statement.name.endsWith('_prefix') && text !== undefined ? `${text}0` : text; // the provider appends digits
      if (path.length === 0) this.given[found.name.charAt(0).toUpperCase() + found.name.slice(1)] = value ?? UNKNOWN;
      if (value === undefined) continue;
      const rule = ruleOf(this.#model, found.shape);
      if (Object.keys(rule).length > 0) this.checked.add(here.join('.'));
      for (const item of Array.isArray(value) ? value : [value]) this.check(item, rule, statement.line, statement.name);
    }
    for (const { block: inner, values: innerValues } of pair(block.body, values)) this.#inner(inner, innerValues, outer, path, each);
  }

  #inner(block: Block, values: Json, outer: Shape, path: readonly string[], each: Each | undefined): void {
    if (path.length === 0 && OWN_BLOCKS.has(block.name)) return;
    if (block.name === 'dynamic') {
      for (const content of innerBlocks({ block, values }, 'content'))
        this.#inner({ ...content.block, name: block.labels[0] ?? '' }, content.values, outer, path, each);
      return;
    }
    const here = [...path, block.name];
    const found = memberFor(this.#model, this.#shape, outer, here);
    // Blocks that the API takes flat have names of their own in the table.
    this.#body(block, values, found?.shape ?? outer, here, each);
  }
}
