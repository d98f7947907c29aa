import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { licenseOf } from './license-text.ts';

const FILE = /^(un)?licen[cs]e([.-].*)?$|^copying(\..*)?$/i;

/**
 * The licence of a Go module, from the files of Go's cache of modules. A module with several licences has them joined by AND.
 * Throws where there is none, or one that is unknown.
 */
export async function goModuleLicense(cache: string, path: string, version: string): Promise<string> {
  const folder = join(cache, `${escaped(path)}@${escaped(version)}`);
  const files = (await readdir(folder)).filter((name) => FILE.test(name)).sort();
  const found = await Promise.all(files.map(async (name) => licenseOf(await readFile(join(folder, name), 'utf8'))));
  const known = [...new Set(found.filter((license) => license !== undefined))].sort();
  if (known.length === 0) throw new Error(`${path} ${version} has no known licence in ${files.join(', ') || 'its folder'}`);
  return known.join(' AND ');
}

/** File systems without case: a capital letter is written as `!` and the small one. https://go.dev/ref/mod#goproxy-protocol */
const escaped = (text: string): string => text.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
