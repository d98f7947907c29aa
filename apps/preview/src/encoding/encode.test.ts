import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { acceptedEncoding, encode } from './encode.js';

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['GZIP;q=0.5', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br; q=0.000', undefined],
  ['identity', undefined],
  ['xbr', undefined],
  [undefined, undefined],
])('Accept-Encoding %s means %s', (header, encoding) => {
  expect(acceptedEncoding(header)).toBe(encoding);
});

test('what is compressed is the same afterwards', () => {
  const body = Buffer.from('text '.repeat(1000));
  expect(brotliDecompressSync(encode(body, 'br', 'each'))).toEqual(body);
  expect(gunzipSync(encode(body, 'gzip', 'once'))).toEqual(body);
});
