import { dirname, join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { beforeAll, expect, it } from 'vitest';
import { checkTerraform } from '../src/checks/check-terraform.ts';
import { describeFinding } from '../src/checks/finding.ts';
import { terraformFolder, terraformModules } from '../src/hcl/terraform-module.ts';
import { providerSchemas, type SchemaLookup } from '../src/schema/provider-schema.ts';
import { withSeed } from './support/seeded.ts';

let schemas: SchemaLookup;
beforeAll(async () => {
  schemas = await providerSchemas(silent);
}, 900_000);

it.each(terraformModules)('nothing is wrong with infra/terraform/%s', async (name) => {
  const findings = await checkTerraform(join(terraformFolder, name), schemas);
  expect(findings.map(describeFinding)).toEqual([]);
});

const vpc = 'modules/network/main.tf';
const eks = 'modules/cluster/main.tf';
const rds = 'modules/database/main.tf';
const edge = 'modules/edge/main.tf';
const live = 'live/main.tf';

it.each([
  ['a misspelt argument', vpc, 'enable_dns_support ', 'enable_dns_suport ', /aws_vpc\.this: there is no argument enable_dns_suport/],
  ['a misspelt argument in a nested block', eks, 'endpoint_private_access =', 'private_access =', /there is no argument private_access/],
  [
    'an unknown resource',
    vpc,
    'resource "aws_internet_gateway" "this"',
    'resource "aws_internet_door" "this"',
    /no provider has the resource aws_internet_door/,
  ],
  ['an unknown data source', vpc, 'data "aws_region" "this"', 'data "aws_area" "this"', /no provider has the data aws_area/],
  ['an unknown block', eks, '  zonal_shift_config {', '  zone_shift {', /there is no block zone_shift/],
  ['a missing required argument', vpc, '  route_table_id = aws_route_table.public.id\n', '', /route_table_id is required and missing/],
  [
    'a missing required block',
    eks,
    '  vpc_config {\n    subnet_ids              = var.subnet_ids',
    '  timeouts {\n    create = "30m"',
    /vpc_config is required and missing/,
  ],
  ['a missing required argument in a block', edge, '    type             = "forward"\n', '', /type is required and missing/],
  [
    'an attribute instead of a block',
    eks,
    '  upgrade_policy {\n    support_type = "STANDARD"\n  }',
    '  upgrade_policy = { support_type = "STANDARD" }',
    /upgrade_policy is a block/,
  ],
  [
    'a list of objects instead of a block',
    rds,
    '  parameter {\n    name  = "log_connections"\n    value = "all"\n  }',
    '  parameter = [{ name = "log_connections", value = "1" }]',
    /parameter is a block/,
  ],
  [
    'a block instead of an attribute',
    vpc,
    'tags                 = { Name = var.name }',
    'tags {\n    Name = var.name\n  }',
    /tags is an attribute/,
  ],
  [
    'a block too many',
    eks,
    '  zonal_shift_config {',
    '  zonal_shift_config {\n    enabled = false\n  }\n  zonal_shift_config {',
    /zonal_shift_config may stand once, and stands 2 times/,
  ],
  [
    'text for a number',
    rds,
    'monitoring_interval             = 60',
    'monitoring_interval             = "a minute"',
    /monitoring_interval must be a number/,
  ],
  [
    'text for true or false',
    rds,
    'publicly_accessible    = false',
    'publicly_accessible    = "no"',
    /publicly_accessible must be true or false/,
  ],
  [
    'text for a list',
    rds,
    'enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]',
    'enabled_cloudwatch_logs_exports = "postgresql"',
    /enabled_cloudwatch_logs_exports must be a list/,
  ],
  ['a list for text', rds, 'engine         = "postgres"', 'engine         = ["postgres"]', /engine must be a string/],
  ['a list for a map', vpc, 'tags                 = { Name = var.name }', 'tags                 = ["network"]', /tags must be a map/],
  [
    'a wrong argument in a dynamic block',
    'modules/cluster/addons.tf',
    '      service_account = pod_identity_association.value.service_account',
    '      account = pod_identity_association.value.service_account',
    /there is no argument account/,
  ],
  [
    'a variable that is not declared',
    vpc,
    'cidr_block           = var.cidr',
    'cidr_block           = var.range',
    /there is no variable range/,
  ],
  ['a local that is not declared', vpc, 'local.nat_zones[0]', 'local.nats[0]', /there is no local nats/],
  [
    'a resource that is not there',
    vpc,
    'gateway_id             = aws_internet_gateway.this.id',
    'gateway_id             = aws_internet_gateway.that.id',
    /there is no resource aws_internet_gateway\.that/,
  ],
  [
    'an attribute that the resource does not have',
    eks,
    'key_arn = aws_kms_key.cluster.arn',
    'key_arn = aws_kms_key.cluster.urn',
    /aws_kms_key has no attribute urn/,
  ],
  ['a reference inside of a text', vpc, '{var.name}-default-closed', '{var.nome}-default-closed', /there is no variable nome/],
  [
    'an output that the module does not have',
    live,
    'module.network.database_subnet_ids',
    'module.network.database_subnets',
    /module network has no output database_subnets/,
  ],
  [
    'an import of a resource that the module does not have',
    'live/restore.tf',
    'module.database.aws_db_instance.this',
    'module.database.aws_db_instance.that',
    /module database has no resource aws_db_instance\.that/,
  ],
  [
    'an argument that the module does not take',
    live,
    '  nat_per_zone = var.network.nat_per_zone',
    '  nat_per_zone = true\n  nat_count = 2',
    /module network: it has no variable nat_count/,
  ],
  [
    'a module call without a required argument',
    live,
    '  zones        = var.network.zones\n',
    '',
    /module network: zones is required and missing/,
  ],
  [
    'a variable without a rule',
    'modules/network/variables.tf',
    '  validation {\n    condition     = length(var.zones)',
    '  other {\n    condition     = length(var.zones)',
    /the variable zones has no validation/,
  ],
  [
    'an output without a description',
    'modules/network/outputs.tf',
    '  description = "The VPC."\n',
    '',
    /the output vpc_id has no description/,
  ],
])('finds %s', async (_, file, from, to, expected) => {
  const messages = await withSeed({ file, from, to }, async (folder) =>
    (await checkTerraform(join(folder, dirname(file)), schemas)).map(describeFinding),
  );
  expect(messages.join('\n')).toMatch(expected);
});
