import { join } from 'node:path';
import { expect, test } from 'vitest';
import { githubAnnotations } from './annotations.ts';
import type { Finding } from './check.ts';

const finding: Finding = {
  code: 'MESH205',
  severity: 'error',
  object: 'VirtualService shop/orders',
  path: 'spec.http[0]',
  message: '50 % is\r\nwrong',
  hint: 'write a: b, c',
};

test('an annotation is one line with its place, and its text is escaped', () => {
  expect(githubAnnotations([{ ...finding, file: join(process.cwd(), 'a,b:c.yaml'), line: 3 }])).toBe(
    '::error file=a%2Cb%3Ac.yaml,line=3,title=MESH205 VirtualService shop/orders spec.http[0]::50 %25 is%0D%0Awrong%0A→ write a: b, c\n',
  );
});

test('a warning without a file has only its title', () => {
  expect(githubAnnotations([{ ...finding, severity: 'warning' }])).toMatch(/^::warning title=MESH205 VirtualService/);
});
