import { expect, test } from 'vitest';
import { withCallee, withoutCallee } from './callees-patch.ts';

const patch = (callees: string) => `env:\n  - { name: CALLEES, value: "${callees}" }\n  - { name: X, value: "y" }\n`;
const core = { name: 'core', protocol: 'grpc', port: 9090 } as const;

test('a callee is named with its protocol and its port, once, after the others', () => {
  const one = withCallee(patch(''), core);
  expect(one).toBe(patch('core=grpc://core:9090'));
  expect(withCallee(one, { name: 'web', protocol: 'http', port: 8080 })).toBe(patch('core=grpc://core:9090,web=http://web:8080'));
  expect(withCallee(one, core)).toBe(one);
});

test('without it the patch is as it was', () => {
  expect(withoutCallee(patch('core=grpc://core:9090,my-core=http://my-core:1'), 'core')).toBe(patch('my-core=http://my-core:1'));
  expect(withoutCallee(withCallee(patch(''), core), 'core')).toBe(patch(''));
});

test('leaves a service with its own client unchanged, and adds no callee that has no path', () => {
  expect(withCallee('env: []\n', core)).toBe('env: []\n');
  expect(withCallee(patch(''), { name: 'postgres', protocol: 'tcp', port: 5432 })).toBe(patch(''));
});
