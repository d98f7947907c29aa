import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';

export interface Asset {
  type: string;
  body: Buffer;
  etag: string;
}

export type Assets = ReadonlyMap<string, Asset>;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads a release's assets once. @throws where a file has a type that no page needs */
export function loadAssets(folder: URL): Assets {
  return new Map(
    readdirSync(folder).map((name) => {
      const type = TYPES[extname(name)];
      if (!type) throw new Error(`asset ${name} has no known type`);
      const body = readFileSync(new URL(name, folder));
      return [name, { type, body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }];
    }),
  );
}
