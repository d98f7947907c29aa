import { expect, test } from 'vitest';
import { normalizedPath } from './normalize-path.ts';

/** What the pinned Envoy answered to each, with `normalize_path` and escaped slashes kept. */
test.each<[string, string]>([
  ['/%6detrics', '/metrics'],
  ['/x/../metrics', '/metrics'],
  ['//metrics', '//metrics'],
  ['/x//..//metrics', '/x//metrics'],
  ['/a//../b', '/a/b'],
  ['/%2e%2e/b', '/b'],
  ['/a/%2E%2e', '/'],
  ['/a/.', '/a/'],
  ['/a/./b', '/a/b'],
  ['/a/..', '/'],
  ['/..', '/'],
  ['/a/.b', '/a/.b'],
  ['/a/...', '/a/...'],
  ['/a%2fb', '/a%2fb'],
  ['/a%5Cb', '/a%5Cb'],
  ['/a\\b', '/a/b'],
  ['/a/..;/b', '/b'],
  ['/a/..;x=1/b', '/b'],
  ['/a/.;x/b', '/a/b'],
  ['/x/..;y', '/'],
  ['/a/%2e%2e;/b', '/a/..;/b'],
  ['/a/..%3b/b', '/a/..%3b/b'],
  ['/a;b=1/../c', '/c'],
  ['/%7e%2D%5f%2e', '/~-_.'],
  ['/%zz', '/%zz'],
  ['/%', '/%'],
  ['/%25', '/%25'],
  ['/%c3%a4', '/%c3%a4'],
  ['/"<>`{}|^[]', '/%22%3C%3E%60%7B%7D%7C%5E[]'],
  ['/a?x=/../%6d', '/a?x=/../%6d'],
  ['/a/..?b', '/?b'],
  ['/a/../..//b', '//b'],
  ['/%2f..', '/%2f..'],
  ["/!$&'()*+,;=:@-._~", "/!$&'()*+,;=:@-._~"],
])('%s is seen as %s', (sent, seen) => {
  expect(normalizedPath(sent)).toBe(seen);
});

test.each(['/a b', '/ä', '/a#b', '*', '/%00', ''])('rejects %o, as Envoy does', (path) => {
  expect(normalizedPath(path)).toBeUndefined();
});
