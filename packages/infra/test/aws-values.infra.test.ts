import { dirname, join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { beforeAll, expect, it } from 'vitest';
import { checkTerraform } from '../src/checks/check-terraform.ts';
import { describeFinding } from '../src/checks/finding.ts';
import { terraformFolder, terraformModules } from '../src/hcl/terraform-module.ts';
import { providerSchemas, type SchemaLookup } from '../src/schema/provider-schema.ts';
import { type AwsData, awsData } from '../src/values/aws-data.ts';
import { checkEnvironments } from '../src/values/check-environments.ts';
import { withSeed } from './support/seeded.ts';

const ENVIRONMENTS = ['dev', 'prod'];
let data: AwsData;
let schemas: SchemaLookup;
beforeAll(async () => {
  data = await awsData(silent);
  schemas = await providerSchemas(silent);
}, 900_000);

it('AWS accepts every known value of each environment', async () => {
  const { findings, coverage } = await checkEnvironments(terraformFolder, ENVIRONMENTS, data);
  expect(findings.map(describeFinding)).toEqual([]);
  const { resources, arguments: all, mapped, checked } = coverage;
  process.stdout.write(
    `${mapped} of ${all} arguments of ${resources} resources are in AWS's API models; ${checked} have a known value and a rule.\n`,
  );
  expect(mapped / all).toBeGreaterThan(0.95);
  expect(checked).toBeGreaterThan(90);
});

const rds = 'modules/database/main.tf';
const eks = 'modules/cluster/main.tf';
const nodes = 'modules/cluster/nodes.tf';
const edge = 'modules/edge/main.tf';
const vpc = 'modules/network/main.tf';
const registry = 'modules/registry/main.tf';
const dev = 'live/dev/terraform.tfvars';
const ci = 'modules/ci/main.tf';

/** What is wrong, where, and the code of the rule that finds it. */
const mistakes: readonly (readonly [what: string, file: string, from: string, to: string, code: string])[] = [
  ['log_connections of PostgreSQL 17', rds, 'value = "all"', 'value = "1"', 'AWS101'],
  ['an instance class that there is not', dev, 'db.t4g.medium', 'db.t9g.medium', 'AWS401'],
  ['an instance class of another engine', dev, 'db.t4g.medium', 'db.m1.small', 'AWS401'],
  ['an engine that there is not', rds, 'engine         = "postgres"', 'engine         = "postgresql"', 'AWS401'],
  ['an engine version that there is not', 'modules/database/variables.tf', 'default     = "18"', 'default     = "99"', 'AWS401'],
  ['more backup days than RDS keeps', dev, 'backup_days             = 7', 'backup_days             = 70', 'AWS401'],
  ['a name of a database instance with an underscore', rds, 'identifier     = var.name', 'identifier     = "documents_dev"', 'AWS401'],
  ['a snapshot that is never taken', rds, 'skip_final_snapshot      = !var.final_snapshot', 'skip_final_snapshot      = true', 'AWS303'],
  ['an instance type that there is not', dev, '"m7g.large", "m8g.large"', '"m7g.largest"', 'AWS401'],
  [
    'an AMI type that there is not',
    nodes,
    'ami_type               = local.ami_types[each.value.architecture]',
    'ami_type               = "AL2024_ARM_64"',
    'AWS401',
  ],
  ['a Kubernetes version with a patch', dev, 'kubernetes_version = "1.36"', 'kubernetes_version = "latest"', 'AWS401'],
  ['a log type that there is not', eks, '"controllerManager"', '"controller-manager"', 'AWS401'],
  ['an authentication mode that there is not', eks, '= "API"', '= "RBAC"', 'AWS401'],
  ['a support type that there is not', eks, 'support_type = "STANDARD"', 'support_type = "BASIC"', 'AWS401'],
  ['a key deleted too soon', eks, 'deletion_window_in_days = 30', 'deletion_window_in_days = 3', 'AWS401'],
  ['an alias without its prefix', eks, '"alias/', '"key:', 'AWS401'],
  ['logs kept for days that CloudWatch does not offer', 'modules/cluster/variables.tf', 'default     = 365', 'default     = -1', 'AWS401'],
  ['a listener of a protocol that there is not', edge, 'protocol          = "TLS"', 'protocol          = "TLS13"', 'AWS401'],
  ['a target group of a type that there is not', edge, 'target_type        = "ip"', 'target_type        = "pod"', 'AWS401'],
  ['a health check more often than there is', edge, 'interval            = 10', 'interval            = 1', 'AWS401'],
  ['a validation that ACM does not have', edge, 'validation_method = "DNS"', 'validation_method = "HTTP-01"', 'AWS401'],
  ['a record of a type that there is not', edge, 'type    = "A"', 'type    = "ALIAS"', 'AWS401'],
  ['a flow log of traffic that there is not', 'modules/network/flow-logs.tf', '"ALL"', '"EVERYTHING"', 'AWS401'],
  ['an endpoint of a type that there is not', 'modules/network/endpoints.tf', '"Interface"', '"PrivateLink"', 'AWS401'],
  ['an address of a domain that there is not', vpc, 'domain     = "vpc"', 'domain     = "nat"', 'AWS401'],
  ['tags that are neither mutable nor immutable', registry, '"IMMUTABLE"', '"FROZEN"', 'AWS401'],
  ['a lifecycle rule that counts manifests', registry, 'tagStatus = "tagged", tagPrefixList = ["git-"]', 'tagStatus = "any"', 'AWS306'],
  ['a repository that cannot be deleted', registry, '  force_delete         = !var.deletion_protection\n', '', 'AWS302'],
  ['an action that IAM does not know', ci, '"ecr:PutImage"', '"ecr:PushImage"', 'AWS402'],
  ['a region that there is not', dev, '"us-east-1"\n', '"us-east-9"\n', 'AWS403'],
  ['a disk of a type that there is not', nodes, '"gp3"', '"gp4"', 'AWS401'],
  ['a metadata service that asks for no token', nodes, '"required"', '"mandatory"', 'AWS401'],
];

it(`finds at least 27 of ${mistakes.length} mistakes that the provider's schema lets pass`, async () => {
  const missed: string[] = [];
  for (const [what, file, from, to, code] of mistakes) {
    const codes = await withSeed({ file, from, to }, codesIn(dirname(file)));
    if (!codes.includes(code)) missed.push(`${what}: ${code}`);
  }
  process.stdout.write(
    `${mistakes.length - missed.length} of ${mistakes.length} seeded mistakes are found\n${missed.map((one) => `  missed ${one}\n`).join('')}`,
  );
  expect(mistakes.length).toBeGreaterThanOrEqual(30);
  expect(mistakes.length - missed.length).toBeGreaterThanOrEqual(Math.max(27, mistakes.length - 2));
}, 300_000);

const codesIn = (module: string) => async (folder: string) => {
  const { findings } = await checkEnvironments(folder, ENVIRONMENTS, data);
  const structure = (terraformModules as readonly string[]).includes(module) ? await checkTerraform(join(folder, module), schemas) : [];
  return [...findings, ...structure].map(({ code }) => code);
};
