import { expect, test } from 'vitest';
import { visitOf } from './release-cookie.js';

const cookie = 'release=v2; Path=/; HttpOnly; SameSite=Lax';

test.each([
  ['no cookie', undefined, cookie],
  ['one of this release', 'a=b; release=v2; c=d', undefined],
  ['one of another release', 'release=v1', cookie],
  ['one of a release that is gone', 'release=v9', cookie],
  ['two that disagree', 'release=v2; release=v1', cookie],
  ['one whose name only ends like it', 'xrelease=v2', cookie],
  ['one whose value only begins like it', 'release=v22', cookie],
])('a visit with %s', (_words, cookies, answer) => {
  expect(visitOf('v2', cookies)).toBe(answer);
});
