import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readBlocks, type TerraformModule } from '../../hcl/terraform-module.ts';
import { awsChecks, checkAws } from '../check-terraform.ts';

const moduleOf = async (text: string): Promise<TerraformModule> => ({ folder: '.', blocks: await readBlocks('main.tf', text) });
const codesIn = async (text: string, called: readonly string[] = []) =>
  checkAws(await moduleOf(text), await Promise.all(called.map(moduleOf))).map(({ code }) => code);

const nodes = (lifecycle: string, more = '') => `
resource "helm_release" "autoscaler" {
  chart = "cluster-autoscaler"
}
resource "aws_eks_node_group" "this" {
  node_group_name_prefix = "arm64-"
  version                = "1.36"
  release_version        = "x"
  lifecycle {
    create_before_destroy = true
    ${lifecycle}
  }
  ${more}
}`;
const instance = (text: string) => `
resource "aws_cloudwatch_log_group" "this" {
  name = "/aws/rds/instance/x/postgresql"
}
resource "aws_db_instance" "this" {
  ${text}
}`;
const pipeline = (text: string) => `resource "aws_iam_openid_connect_provider" "github" {\n}\n${text}`;
const document = (name: string, statement: string) => `data "aws_iam_policy_document" "${name}" {\n  statement {\n    ${statement}\n  }\n}`;
const parameters = (value: string) => `
variable "engine_version" {
  default = "18"
}
resource "aws_db_parameter_group" "this" {
  family = "postgres\${var.engine_version}"
  parameter {
    name  = "log_connections"
    value = "${value}"
  }
}`;
const listener = (name: string, port: number) => `resource "aws_lb_listener" "${name}" {\n  port = ${port}\n}`;
const subnets = (wait: string) => `
resource "aws_route" "internet" {
  route_table_id = aws_route_table.public.id
}
resource "aws_route_table_association" "public" {
  for_each       = aws_subnet.public
  route_table_id = aws_route_table.public.id
}
output "public_subnet_ids" {
  value = [for subnet in aws_subnet.public : subnet.id]
  ${wait}
}`;

const alarm = (filter: string) => `
locals {
  istiod = { namespace = "shop", name = "Unreachable" }
  alarms = { istiod = { namespace = local.istiod.namespace, metric = local.istiod.name } }
}
resource "aws_cloudwatch_metric_alarm" "this" {
  for_each    = local.alarms
  namespace   = each.value.namespace
  metric_name = each.value.metric
}
resource "aws_cloudwatch_log_metric_filter" "istiod" {
  metric_transformation {
    namespace = local.istiod.namespace
    name      = ${filter}
  }
}`;

const ratio = (metric: string) => `
resource "aws_cloudwatch_log_metric_filter" "gateway" {
  for_each = { Requests = 0, Errors = 500 }
  metric_transformation {
    namespace = var.name
    name      = each.key
  }
}
resource "aws_cloudwatch_metric_alarm" "errors" {
  metric_query {
    expression = "errors"
  }
  metric_query {
    metric {
      namespace   = var.name
      metric_name = "${metric}"
    }
  }
}`;

/** A rule, what breaks it, and what keeps it. */
const cases: readonly (readonly [code: string, broken: string, kept: string])[] = [
  ['AWS101', parameters('1'), parameters('all')],
  [
    'AWS102',
    pipeline(
      'variable "repository" {\n  validation {\n    condition = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))\n  }\n}',
    ),
    pipeline(
      'variable "repository" {\n  validation {\n    condition = can(regex("^[A-Za-z0-9-]+(@[0-9]+)?/[A-Za-z0-9._-]+(@[0-9]+)?$", var.repository))\n  }\n}',
    ),
  ],
  ['AWS103', nodes('ignore_changes = [scaling_config[0].desired_size]'), nodes('')],
  ['AWS104', nodes('').replace('cluster-autoscaler', 'metrics-server'), nodes('')],
  [
    'AWS105',
    'resource "aws_eks_cluster" "this" {\n  vpc_config {\n    endpoint_private_access = true\n  }\n}',
    `resource "aws_eks_cluster" "this" {\n  vpc_config {\n    endpoint_private_access = true\n  }\n}
resource "aws_vpc_security_group_ingress_rule" "api" {
  for_each          = var.api_allowed_security_groups
  security_group_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}`,
  ],
  [
    'AWS203',
    document('apply', 'actions = ["iam:PutRolePolicy"]'),
    document('apply', 'actions = ["iam:PutRolePolicy"]\n    condition {\n      variable = "iam:PermissionsBoundary"\n    }'),
  ],
  [
    'AWS204',
    'resource "aws_iam_role" "node" {\n  name = "node"\n}',
    'resource "aws_iam_role" "node" {\n  name = "node"\n  permissions_boundary = var.permissions_boundary_arn\n}',
  ],
  [
    'AWS205',
    pipeline(document('push', 'resources = var.repository_arns')),
    pipeline(document('push', 'resources = ["arn:aws:ecr:x:y:repository/name/*"]')),
  ],
  [
    'AWS301',
    'resource "helm_release" "a" {\n  depends_on = [aws_eks_addon.b]\n}\nresource "aws_eks_access_policy_association" "this" {\n}',
    'resource "helm_release" "a" {\n  depends_on = [helm_release.b]\n}\nresource "helm_release" "b" {\n  depends_on = [aws_eks_access_policy_association.this]\n}\nresource "aws_eks_access_policy_association" "this" {\n}',
  ],
  ['AWS302', 'resource "aws_ecr_repository" "a" {\n}', 'resource "aws_ecr_repository" "a" {\n  force_delete = !var.deletion_protection\n}'],
  ['AWS303', instance('skip_final_snapshot = !var.deletion_protection'), instance('skip_final_snapshot = !var.final_snapshot')],
  ['AWS304', nodes('').replace('release_version        = "x"', ''), nodes('')],
  [
    'AWS305',
    'resource "aws_secretsmanager_secret" "a" {\n  name = "x"\n  recovery_window_in_days = 7\n}',
    'resource "aws_secretsmanager_secret" "a" {\n  name = "x"\n  recovery_window_in_days = var.deletion_protection ? 7 : 0\n}',
  ],
  [
    'AWS306',
    'resource "aws_ecr_lifecycle_policy" "a" {\n  policy = jsonencode({ rules = [{ selection = { tagStatus = "any", countType = "imageCountMoreThan" } }] })\n}',
    'resource "aws_ecr_lifecycle_policy" "a" {\n  policy = jsonencode({ rules = [{ selection = { tagStatus = "tagged", countType = "imageCountMoreThan" } }] })\n}',
  ],
  ['AWS307', nodes('').replace('create_before_destroy = true', ''), nodes('')],
  [
    'AWS308',
    instance('enabled_cloudwatch_logs_exports = ["postgresql"]'),
    instance('enabled_cloudwatch_logs_exports = ["postgresql"]\n  depends_on = [aws_cloudwatch_log_group.this]'),
  ],
  ['AWS310', subnets(''), subnets('depends_on = [aws_route.internet]')],
  ['AWS313', listener('https', 443), `${listener('https', 443)}\n${listener('http', 80)}`],
  [
    'AWS311',
    'resource "aws_route53_record" "a" {\n  for_each = { for o in aws_acm_certificate.this.domain_validation_options : o.domain_name => o }\n}',
    'resource "aws_route53_record" "a" {\n  for_each = toset([var.domain])\n}',
  ],
  ['AWS314', alarm('"Other"'), alarm('local.istiod.name')],
  ['AWS314', ratio('Failures'), ratio('Errors')],
];

it.each(cases)('%s finds what breaks it and passes what keeps it', async (code, broken, kept) => {
  expect(await codesIn(broken)).toContain(code);
  expect(await codesIn(kept)).not.toContain(code);
});

it('AWS202 finds a call of a plan that the plan’s role may not make', async () => {
  const password = 'ephemeral "aws_secretsmanager_random_password" "client" {\n}';
  const role = (action: string) => pipeline(document('plan', `actions = ["${action}"]`));
  expect(await codesIn('', [password, role('s3:GetObject')])).toContain('AWS202');
  expect(await codesIn('', [password, role('secretsmanager:GetRandomPassword')])).not.toContain('AWS202');
});

it('AWS207 finds a role, and a policy of AWS, that the pipeline does not list', async () => {
  const platform = `
locals {
  pod_roles = { ebs = "service-role/Disks", kyverno = null }
}
resource "aws_iam_role" "pod" {
  for_each             = local.pod_roles
  name                 = "\${var.name}-\${each.key}"
  permissions_boundary = var.permissions_boundary_arn
}
resource "aws_iam_role_policy_attachment" "pod" {
  for_each   = { for name, policy in local.pod_roles : name => policy if policy != null }
  policy_arn = "arn:aws:iam::aws:policy/\${each.value}"
}
resource "aws_iam_role_policy_attachment" "node" {
  for_each   = toset(["Nodes"])
  policy_arn = "arn:aws:iam::aws:policy/\${each.key}"
}`;
  const listing = (roles: string, policies: string) =>
    pipeline(`locals {\n  roles = [for role in [${roles}] : "\${local.prefix}\${role}"]\n  policies = [${policies}]\n}`);
  const found = async (list: string) => (await codesIn('', [platform, list])).filter((code) => code === 'AWS207').length;
  expect(await found(listing('"ebs", "kyverno"', '"service-role/Disks", "Nodes"'))).toBe(0);
  expect(await found(listing('"ebs"', '"service-role/Disks", "Nodes"'))).toBe(1);
  expect(await found(listing('"ebs", "kyverno"', '"Other"'))).toBe(2);
});

it('every rule has a code of its own, a hint, and a fixture here', () => {
  const codes = awsChecks.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(awsChecks.filter(({ hint }) => hint.length < 10)).toEqual([]);
  expect(codes.toSorted()).toEqual([...new Set(cases.map(([code]) => code)), 'AWS202', 'AWS207'].toSorted());
});

it('no two rules of this package share a code', () => {
  const folder = join(import.meta.dirname, '../..');
  const sources = globSync('**/*.ts', { cwd: folder, exclude: ['**/*.test.ts'] }).map((file) => readFileSync(join(folder, file), 'utf8'));
  const codes = sources.flatMap((text) => [...text.matchAll(/code: '(AWS\d+)'/g)].map(([, code]) => code));
  expect(codes.length).toBeGreaterThanOrEqual(30);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
});
