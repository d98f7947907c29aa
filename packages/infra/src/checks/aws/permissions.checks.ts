import { type Json, member, type TerraformModule } from '../../hcl/terraform-module.ts';
import type { AwsCheck } from '../finding.ts';
import { expressionOf, innerBlocks, type Resource, resourcesOf } from './resources.ts';

/** Actions that make whoever may use them as powerful as the role that they change. */
const WIDENING = ['iam:AttachRolePolicy', 'iam:CreateRole', 'iam:PutRolePolicy', 'iam:PassRole'];
const LIMITS = ['iam:PermissionsBoundary', 'iam:PolicyARN', 'iam:PassedToService'];

/** What a plan calls that AWS's policy SecurityAudit does not allow, by the block that makes it call. */
const CALLED_BY_PLAN: Readonly<Record<string, string>> = {
  'ephemeral.aws_secretsmanager_random_password': 'secretsmanager:GetRandomPassword',
  'data.aws_eks_addon_version': 'eks:DescribeAddonVersions',
  'data.aws_ssm_parameter': 'ssm:GetParameter',
};

/** A repository's name in the subject of GitHub's tokens, before and after 15 July 2026. */
const REPOSITORIES = ['example/platform', 'example@1234/platform@5678'];

/** What the pipeline's roles may do. */
export const permissionChecks: readonly AwsCheck[] = [
  {
    code: 'AWS102',
    title: 'the pipeline trusts both forms of a repository’s name',
    hint: 'accept OWNER/NAME and OWNER@ID/NAME@ID',
    find: (module) =>
      ofPipeline(module)
        ? module.blocks
            .filter(({ block }) => block.name === 'variable' && block.labels[0] === 'repository')
            .flatMap(({ file, block, values }) => {
              const pattern = /regex\("(.+?)", var/.exec(JSON.stringify(values).replaceAll('\\"', '"'))?.[1]?.replaceAll('\\\\', '\\');
              return REPOSITORIES.filter((name) => pattern !== undefined && !new RegExp(pattern).test(name)).map((name) => ({
                file,
                line: block.line,
                message: `the variable repository refuses ${name}`,
              }));
            })
        : [],
  },
  {
    code: 'AWS202',
    title: 'the plan’s role may call what a plan calls',
    hint: 'allow the action in the policy of the plan’s role',
    find: (_, called) => {
      const allowed = called.filter(ofPipeline).flatMap((module) => statementsOf(module, 'plan').flatMap(({ actions }) => actions));
      if (allowed.length === 0) return [];
      return called
        .flatMap((module) => resourcesOf(module))
        .flatMap((resource) => {
          const action = CALLED_BY_PLAN[`${resource.block.name}.${resource.type}`];
          if (!action || allowed.includes(action)) return [];
          return [{ file: resource.file, line: resource.block.line, message: `${resource.address} needs ${action} at plan` }];
        });
    },
  },
  {
    code: 'AWS203',
    title: 'no policy lets a pipeline widen roles without a limit',
    hint: `add a condition on ${LIMITS.join(', ')}`,
    find: (module) =>
      resourcesOf(module, 'aws_iam_policy_document').flatMap((document) =>
        statements(document)
          .filter(({ values }) => member(values, 'effect') !== 'Deny')
          .map((statement) => ({ ...statement, widening: statement.actions.filter((action) => WIDENING.includes(action)) }))
          .filter(({ widening, variables }) => widening.length > 0 && !variables.some((name) => LIMITS.includes(name)))
          .map(({ line, widening }) => ({ file: document.file, line, message: `${widening.join(', ')} without a limit` })),
      ),
  },
  {
    code: 'AWS204',
    title: 'every role of the platform carries the boundary',
    hint: 'set permissions_boundary = var.permissions_boundary_arn',
    find: (module) =>
      ofPipeline(module)
        ? []
        : resourcesOf(module, 'aws_iam_role')
            .filter(({ block }) => expressionOf(block, 'permissions_boundary') === undefined)
            .map(({ file, block, address }) => ({ file, line: block.line, message: `the pipeline may not create ${address}` })),
  },
  {
    code: 'AWS205',
    title: 'the pipeline’s permissions do not change with each service',
    hint: 'name resources by their prefix instead of a list',
    find: (module) =>
      ofPipeline(module)
        ? resourcesOf(module, 'aws_iam_policy_document').flatMap((document) =>
            statements(document)
              .filter(({ resources }) => /^var\.\w+$/.test(resources))
              .map(({ line, resources }) => ({ file: document.file, line, message: `each change of ${resources} changes this policy` })),
          )
        : [],
  },
];

/** Whether a module makes the roles that GitHub's tokens take. */
export const ofPipeline = (module: TerraformModule): boolean => resourcesOf(module, 'aws_iam_openid_connect_provider').length > 0;

const statementsOf = (module: TerraformModule, name: string) =>
  resourcesOf(module, 'aws_iam_policy_document')
    .filter(({ block }) => block.labels[1] === name)
    .flatMap(statements);

const statements = (document: Resource) =>
  innerBlocks(document, 'statement').map(({ block, values }) => ({
    line: block.line,
    values,
    actions: texts(member(values, 'actions')),
    resources: expressionOf(block, 'resources') ?? '',
    variables: innerBlocks({ block, values }, 'condition').flatMap((condition) => texts([member(condition.values, 'variable') ?? ''])),
  }));

const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
