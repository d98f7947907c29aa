import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Progress } from '@mesh-platform/kubernetes';
import { pythonPackages } from '../tools/python-packages.ts';

/** A shape of botocore's service models: https://botocore.amazonaws.com/v1/documentation/api/latest/development/designnotes.html */
export interface Shape {
  readonly type: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
}
export interface ServiceModel {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** The part of JSON schema that CloudFormation's schemas of resources use. `false`: must not be given. */
export type Rule =
  | boolean
  | {
      readonly enum?: readonly unknown[];
      readonly const?: unknown;
      readonly pattern?: string;
      readonly minimum?: number;
      readonly maximum?: number;
      readonly minLength?: number;
      readonly maxLength?: number;
      readonly required?: readonly string[];
      readonly properties?: Readonly<Record<string, Rule>>;
      readonly allOf?: readonly Rule[];
      readonly anyOf?: readonly Rule[];
      readonly if?: Rule;
      readonly then?: Rule;
      readonly else?: Rule;
    };

/** What AWS accepts, as far as two published packages know. */
export interface AwsData {
  readonly service: (name: string) => Promise<ServiceModel>;
  /** The schema of a CloudFormation type, and the further rules that cfn-lint has for it in a region. */
  readonly resource: (type: string, region: string) => Promise<readonly Rule[]>;
  readonly regions: readonly string[];
  /** Whether IAM knows an action such as `ecr:PutImage` or `ec2:Describe*`. */
  readonly hasAction: (action: string) => boolean;
}

/** Reads botocore's models and cfn-lint's schemas, fetched once, pinned by their hashes. */
export async function awsData(progress: Progress): Promise<AwsData> {
  const packages = await pythonPackages('aws-data', 'aws-data.requirements.txt', progress);
  const schemas = join(packages, 'cfnlint/data/schemas');
  const policies = await json<Readonly<Record<string, { readonly Actions: Readonly<Record<string, unknown>> }>>>(
    join(packages, 'cfnlint/data/AdditionalSpecs/Policies.json'),
  );
  return {
    service: once((name) => serviceModel(join(packages, 'botocore/data', name))),
    resource: once((type, region) => rulesOf(schemas, type, region)),
    regions: (await readdir(join(schemas, 'providers')))
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -5).replaceAll('_', '-')),
    hasAction: (action) => actionIn(policies, action),
  };
}

/** Caches each answer: reading EC2's model takes half a second. */
function once<A extends readonly string[], T>(read: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (...args) => {
    const key = args.join(' ');
    const answer = answers.get(key) ?? read(...args);
    answers.set(key, answer);
    return answer;
  };
}

const json = async <T>(file: string): Promise<T> => JSON.parse(await readFile(file, 'utf8')) as T;

async function serviceModel(folder: string): Promise<ServiceModel> {
  const newest =
    (await readdir(folder))
      .filter((name) => /^\d{4}-/.test(name))
      .sort()
      .at(-1) ?? '';
  return JSON.parse(gunzipSync(await readFile(join(folder, newest, 'service-2.json.gz'))).toString()) as ServiceModel;
}

/** Rules of cfn-lint that need no other resource of a template. */
const EXTENSIONS =
  /^(engine_version|dbinstanceclass_enum|backupretentionperiod|kmskey_storageencrypted|instancetype_enum|\w+_restrictions)\.json$/;

/** Applies to the property itself, not to the resource. */
const INSTANCE_TYPES = 'instancetype_enum.json';

async function rulesOf(schemas: string, type: string, region: string): Promise<readonly Rule[]> {
  const provider = await json<Readonly<Record<string, string>>>(join(schemas, `providers/${region}.json`));
  const own = provider[type] ? [await json<Rule>(join(schemas, `resources/${provider[type]}.json`))] : [];
  const folder = join(schemas, 'extensions', type.toLowerCase().replaceAll('::', '_'));
  const files = (await readdir(folder).catch(() => [])).filter((file) => EXTENSIONS.test(file));
  const further = await Promise.all(
    files.map(async (file) => {
      const rule = await json<Readonly<Record<string, Rule>>>(join(folder, file));
      const here = region in rule ? (rule[region] as Rule) : (rule as Rule);
      return file === INSTANCE_TYPES ? { properties: { InstanceType: here } } : here;
    }),
  );
  return [...own, ...further];
}

function actionIn(policies: Readonly<Record<string, { readonly Actions: Readonly<Record<string, unknown>> }>>, action: string): boolean {
  const [service = '', name = ''] = action.toLowerCase().split(':');
  const known = Object.keys(policies[service]?.Actions ?? {}).map((one) => one.toLowerCase());
  const pattern = new RegExp(`^${name.replaceAll('*', '.*')}$`);
  return known.some((one) => pattern.test(one));
}
