import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { expect, it } from 'vitest';
import { terraformFolder } from '../src/hcl/terraform-module.ts';
import { runCheckov } from '../src/tools/checkov.ts';
import { withSeed } from './support/seeded.ts';

it('checkov passes hundreds of checks, and fails none that is not explained next to the code', async () => {
  const { passed, failed } = await runCheckov(terraformFolder, silent);
  expect(failed).toEqual([]);
  expect(passed).toBeGreaterThan(300);
}, 300_000);

it('each exception gives its reason', async () => {
  const lines = (
    await Promise.all(globSync('**/*.tf', { cwd: terraformFolder }).map((name) => readFile(join(terraformFolder, name), 'utf8')))
  )
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.includes('checkov:skip'));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => !/#checkov:skip=CKV2?_AWS_\d+:\S.{20,}/.test(line))).toEqual([]);
});

it.each([
  [
    'a public database',
    'modules/database',
    'main.tf',
    'publicly_accessible    = false',
    'publicly_accessible    = true',
    'CKV_AWS_17',
    'aws_db_instance.this',
  ],
  [
    'an unencrypted database',
    'modules/database',
    'main.tf',
    'storage_encrypted     = true',
    'storage_encrypted     = false',
    'CKV_AWS_16',
    'aws_db_instance.this',
  ],
  [
    'an open security group',
    'modules/network',
    'endpoints.tf',
    'cidr_ipv4         = var.cidr\n  ip_protocol       = "tcp"\n  from_port         = 443\n  to_port           = 443',
    'cidr_ipv4         = "0.0.0.0/0"\n  ip_protocol       = "tcp"\n  from_port         = 22\n  to_port           = 22',
    'CKV_AWS_24',
    'aws_vpc_security_group_ingress_rule.endpoints',
  ],
])(
  'checkov finds %s',
  async (_, module, file, from, to, id, resource) => {
    const { failed } = await withSeed({ file: join(module, file), from, to }, (folder) => runCheckov(join(folder, module), silent));
    expect(failed.map((check) => `${check.id} ${check.resource}`)).toContain(`${id} ${resource}`);
  },
  300_000,
);
