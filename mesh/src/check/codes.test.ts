import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codesPage } from '../../scripts/codes.ts';
import { allChecks } from './run-checks.ts';

test('the page of codes is what `npm run generate -w mesh` makes', () => {
  expect(readFileSync(new URL('../../../docs/reference/mesh-codes.md', import.meta.url), 'utf8')).toBe(codesPage());
});

test('every code is there once', () => {
  const codes = allChecks.map(({ code }) => code);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  for (const code of codes) expect(codesPage()).toContain(`| ${code} |`);
});
