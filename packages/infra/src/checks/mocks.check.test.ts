import { expect, it } from 'vitest';
import { readBlocks } from '../hcl/terraform-module.ts';
import type { SchemaLookup } from '../schema/provider-schema.ts';
import { missingIn, neededIn } from './mocks.check.ts';

const schemas: SchemaLookup = async () => ({ body: 'own', bodies: { own: {} }, attributes: ['certificateAuthority'] });
const source = `
output "a" {
  value = [aws_iam_role.this["x"].arn, aws_vpc.this.id, aws_subnet.this.id, aws_eks_cluster.this.certificate_authority[0].data]
}`;

it('needs mocks of ARNs, of ids with a prefix and of lists that are indexed', async () => {
  const needed = await neededIn([{ folder: '.', blocks: await readBlocks('main.tf', source) }], schemas);
  expect([...needed]).toEqual(['aws_iam_role.arn', 'aws_vpc.id', 'aws_eks_cluster.certificate_authority']);
});

it('AWS201 finds what a test does not mock, and passes what it does', async () => {
  const blocks = await readBlocks(
    'x.tftest.hcl',
    'mock_provider "aws" {\n  mock_resource "aws_vpc" {\n    defaults = { id = "vpc-1" }\n  }\n}',
  );
  const found = missingIn('x.tftest.hcl', blocks, new Set(['aws_vpc.id', 'aws_iam_role.arn']));
  expect(found.map(({ code, message }) => `${code} ${message}`)).toEqual(['AWS201 aws_iam_role.arn has no mock']);
});
