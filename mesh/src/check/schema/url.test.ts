import { expect, it } from 'vitest';
import { urlScheme } from './url.ts';

it.each([
  ['https://keys.example.com/jwks.json', 'https'],
  ['HTTP://user:secret@example.com:8080?a=%zz', 'http'],
  ['oci://registry.example.com/filter:v1', 'oci'],
  ['http://[2001:db8::1]:80/', 'http'],
  ['mailto:a@example.com', 'mailto'],
  ['/var/filter.wasm', ''],
  ['*', ''],
])('reads %s as a URL with the scheme "%s"', (text, scheme) => {
  expect(urlScheme(text)).toBe(scheme);
});

it.each([
  '',
  'example.com/filter.wasm',
  '#%blah',
  'http://example.com/%zz',
  'http://exa mple.com/',
  'http://a:b:c/',
  'http://example.com:http/',
  'http://[10.0.0.1]/',
  'http://[::1/',
  'http://%41/',
  'http://a b@example.com/',
  'http://example.com/\n',
])('reads %j as no URL', (text) => {
  expect(urlScheme(text)).toBeUndefined();
});
