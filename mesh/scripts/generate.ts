import { writeFile } from 'node:fs/promises';
import { codesPage } from './codes.ts';
import { readCrds } from './crds.ts';
import { kindSchemas } from './schemas.ts';
import { specTypes } from './types.ts';

const folder = new URL('../src/generated/', import.meta.url);

/** The content of the folder `src/generated`, by file name. */
export async function generate(): Promise<ReadonlyMap<string, string>> {
  const crds = await readCrds();
  return new Map([
    ['schemas.json', kindSchemas(crds)],
    ['specs.ts', await specTypes(crds)],
  ]);
}

if (import.meta.main) {
  for (const [name, text] of await generate()) await writeFile(new URL(name, folder), text);
  await writeFile(new URL('../../docs/reference/mesh-codes.md', import.meta.url), codesPage());
}
