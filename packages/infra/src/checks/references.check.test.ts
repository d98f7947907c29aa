import { expect, it } from 'vitest';
import { pathsIn } from './references.check.ts';

it('references are read without what stands in brackets, and those in brackets too', () => {
  expect(pathsIn('aws_nat.this[var.per_zone ? each.key : local.zones[0]].id')).toEqual([
    ['aws_nat', 'this', 'id'],
    ['var', 'per_zone'],
    ['local', 'zones'],
  ]);
});

it('a splat is no name, and a field that is called like a root is no reference', () => {
  expect(pathsIn('module.network.subnets[*].id + each.value.var.x')).toEqual([['module', 'network', 'subnets', 'id']]);
});
