import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { ENCODINGS, type Encoding, encodeOnce } from '../encoding/encode.js';

export interface Asset {
  type: string;
  body: Buffer;
  /** The body compressed; a font is already. */
  encoded: ReadonlyMap<Encoding, Buffer>;
  etag: string;
}

export type Assets = ReadonlyMap<string, Asset>;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Reads the files of these folders once; a later folder's file takes the place of an earlier one's. @throws where one has a type that no page needs */
export const loadAssets = (...folders: readonly URL[]): Assets =>
  new Map(folders.flatMap((folder) => readdirSync(folder).map((name) => [name, loadAsset(name, folder)] as const)));

function loadAsset(name: string, folder: URL): Asset {
  const type = TYPES[extname(name)];
  if (!type) throw new Error(`asset ${name} has no known type`);
  const body = readFileSync(new URL(name, folder));
  const encodings = type.startsWith('font/') ? [] : ENCODINGS;
  return {
    type,
    body,
    encoded: new Map(encodings.map((encoding) => [encoding, encodeOnce(body, encoding)])),
    etag: createHash('sha256').update(body).digest('base64url').slice(0, 22),
  };
}
