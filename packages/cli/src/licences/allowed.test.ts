import { expect, test } from 'vitest';
import { isAllowed } from './allowed.ts';

test.each(['MIT', 'Apache-2.0', 'MIT OR GPL-3.0-only', '(GPL-2.0-only OR (MIT AND ISC))', 'MIT AND (Apache-2.0 OR GPL-2.0-only)'])(
  'accepts %s',
  (expression) => expect(isAllowed(expression)).toBe(true),
);

test.each([
  undefined,
  '',
  'UNLICENSED',
  'SEE LICENSE IN LICENSE',
  'GPL-3.0-only',
  'AGPL-3.0-or-later',
  'mit',
  'MIT AND GPL-2.0-only',
  '(MIT OR ISC) AND GPL-2.0-only',
  'MIT OR',
  'MIT ISC',
  '(MIT',
  'MIT)',
  'BUSL-1.1',
])('rejects %s', (expression) => expect(isAllowed(expression)).toBe(false));
