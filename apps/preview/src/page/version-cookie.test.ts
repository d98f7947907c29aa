import { expect, test } from 'vitest';
import { visitOf } from './version-cookie.js';

const cookie = 'version=v2; Path=/; HttpOnly; SameSite=Lax';

test.each([
  ['no cookie', undefined, cookie],
  ['one of this version', 'a=b; version=v2; c=d', undefined],
  ['one of another version', 'version=v1', cookie],
  ['one of a version that is gone', 'version=v9', cookie],
  ['two that disagree', 'version=v2; version=v1', cookie],
  ['one whose name only ends like it', 'xversion=v2', cookie],
  ['one whose value only begins like it', 'version=v22', cookie],
])('a visit with %s', (_words, cookies, answer) => {
  expect(visitOf('v2', cookies)).toBe(answer);
});
