import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** What a body may be compressed with, the best first. */
export const ENCODINGS = ['br', 'gzip'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Below this, in bytes, an answer fits into one packet anyway. */
export const WORTH_ENCODING = 1024;

const QUALITY = { once: 9, each: 4 } as const;

/** The body compressed: `once` for what is kept, `each` for what one request alone gets. */
export function encode(body: Buffer, encoding: Encoding, effort: keyof typeof QUALITY): Buffer {
  if (encoding === 'gzip') return gzipSync(body, { level: effort === 'once' ? 9 : 6 });
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY[effort] } });
}

/** The best encoding that Accept-Encoding names and does not refuse. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 */
export function acceptedEncoding(header: string | undefined): Encoding | undefined {
  const accepted = (header ?? '').split(',').flatMap((part) => {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    return parameters.some((parameter) => /^q=0(\.0{1,3})?$/.test(parameter)) ? [] : [name];
  });
  return ENCODINGS.find((encoding) => accepted.includes(encoding));
}
