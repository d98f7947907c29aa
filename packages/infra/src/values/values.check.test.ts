import { expect, it } from 'vitest';
import { readBlocks, type TerraformModule } from '../hcl/terraform-module.ts';
import { checkActions } from './actions.check.ts';
import type { AwsData } from './aws-data.ts';
import { contextsOf, known, roundsOf } from './known-values.ts';
import { checkValues } from './values.check.ts';

/** The parser's way to write an expression. */
const expression = (text: string): string => `$\{${text}}`;
const moduleOf = async (text: string): Promise<TerraformModule> => ({ folder: '.', blocks: await readBlocks('main.tf', text) });
const data: AwsData = {
  service: async () => ({
    operations: { CreateKey: { input: { shape: 'CreateKeyRequest' } } },
    shapes: {
      CreateKeyRequest: { type: 'structure', members: { Description: { shape: 'Text' }, Policy: { shape: 'Text' } } },
      ScheduleKeyDeletionRequest: { type: 'structure', members: { PendingWindowInDays: { shape: 'Days' } } },
      Text: { type: 'string', max: 5 },
      Days: { type: 'integer', min: 7, max: 30 },
    },
  }),
  resource: async () => [{ properties: { Description: { pattern: '^k' } } }],
  regions: ['us-east-1'],
  hasAction: (action) => action === 'ecr:PutImage',
};
const context = { environment: 'dev', region: 'us-east-1', variables: { days: 3, name: 'key' } };
const messages = async (body: string) =>
  (await checkValues(await moduleOf(`resource "aws_kms_key" "this" {\n${body}\n}`), context, data)).findings.map(({ message }) => message);

it('AWS401 finds values of variables that the API or CloudFormation refuses', async () => {
  expect(await messages('deletion_window_in_days = var.days')).toEqual([
    'aws_kms_key.this in dev: deletion_window_in_days 3: expected 7 or more',
  ]);
  expect(await messages('description = "x"')).toEqual(['aws_kms_key.this in dev: Description x: expected a text like ^k']);
  expect(await messages('description = var.name\n  deletion_window_in_days = 30')).toEqual([]);
});

it('counts what is mapped to the API and what is held against a rule', async () => {
  const module = await moduleOf('resource "aws_kms_key" "this" {\n  description = "key"\n  policy = local.policy\n  unheard = 1\n}');
  expect((await checkValues(module, context, data)).coverage).toEqual({ resources: 1, arguments: 3, mapped: 2, checked: 1 });
});

it('reads values through variables, for_each and the call of a module', async () => {
  expect(known(`${expression('var.name')}-x`, context)).toBe('key-x');
  expect(known(expression('local.name'), context)).toBeUndefined();
  expect(known([expression('var.days'), 1], context)).toEqual([3, 1]);
  expect(roundsOf({ for_each: expression('toset(["a", "b"])') }, context)).toEqual([
    { key: 'a', value: 'a' },
    { key: 'b', value: 'b' },
  ]);
  const groups = { ...context, variables: { groups: { arm64: { types: ['m7g.large'] } } } };
  const [each] = roundsOf({ for_each: expression('var.groups') }, groups);
  expect(known(expression('each.value.types'), groups, each)).toEqual(['m7g.large']);
  const root = await moduleOf('module "database" {\n  source = "../modules/database"\n  backup_days = var.database.backup_days\n}');
  const given = { region: 'us-east-1', topology: { name: 'shop' }, database: { backup_days: 7 } };
  expect(contextsOf(root, 'dev', given).get('../modules/database')?.variables).toMatchObject({ backup_days: 7 });
});

it('AWS402 finds an action that IAM does not know', async () => {
  const policy = (action: string) =>
    moduleOf(`data "aws_iam_policy_document" "push" {\n  statement {\n    actions = ["${action}"]\n  }\n}`);
  expect(checkActions(await policy('ecr:PutPicture'), data).map(({ message }) => message)).toEqual(['IAM has no action ecr:PutPicture']);
  expect(checkActions(await policy('ecr:PutImage'), data)).toEqual([]);
});
