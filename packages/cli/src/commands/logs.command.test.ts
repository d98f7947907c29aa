import { UsageError } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { parseSince } from './logs.command.ts';

test.each([
  ['30s', 30],
  ['5m', 300],
  ['2h', 7_200],
  ['1d', 86_400],
])('%s is %i seconds', (text, seconds) => {
  expect(parseSince(text)).toBe(seconds);
});

test.each(['', '5', 'm', '0m', '-5m', '1.5h', '5 m', '5M', '5minutes', '99999999s'])('%j is no time span', (text) => {
  expect(() => parseSince(text)).toThrow(UsageError);
});
