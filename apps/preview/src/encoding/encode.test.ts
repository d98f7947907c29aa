import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { acceptedEncoding, encode, encodeOnce } from './encode.js';

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

test('what is compressed is the same afterwards', async () => {
  const body = Buffer.from('text '.repeat(1000));
  expect(brotliDecompressSync(await encode(body, 'br'))).toEqual(body);
  expect(gunzipSync(await encode(body, 'gzip'))).toEqual(body);
  expect(brotliDecompressSync(encodeOnce(body, 'br'))).toEqual(body);
  expect(gunzipSync(encodeOnce(body, 'gzip'))).toEqual(body);
});
