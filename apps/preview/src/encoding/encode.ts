import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib';

/** The encodings of a body, the best first. */
export const ENCODINGS = ['br', 'gzip'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Below this, in bytes, an answer fits into one packet anyway. */
export const WORTH_ENCODING = 1024;

// 2^18 bytes: the usual window of 4 MiB is taken for each answer that is on its way.
const WINDOW_BITS = 18;

const brotliQuality = (quality: number) => ({
  params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_LGWIN]: WINDOW_BITS },
});

/** Compresses a kept body as far as possible, and blocks the process meanwhile. */
export const encodeOnce = (body: Buffer, encoding: Encoding): Buffer =>
  encoding === 'gzip' ? gzipSync(body, { level: 9 }) : brotliCompressSync(body, brotliQuality(9));

/** Compresses the body of one answer fast, and outside the event loop. */
export const encode = (body: Buffer, encoding: Encoding): Promise<Buffer> =>
  encoding === 'gzip' ? promisify(gzip)(body, { level: 6 }) : promisify(brotliCompress)(body, brotliQuality(4));

/** The best encoding that Accept-Encoding names and does not refuse. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 */
export function acceptedEncoding(header: string | undefined): Encoding | undefined {
  const accepted = (header ?? '').split(',').flatMap((part) => {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    return parameters.some((parameter) => /^q=0(\.0{1,3})?$/.test(parameter)) ? [] : [name];
  });
  return ENCODINGS.find((encoding) => accepted.includes(encoding));
}
