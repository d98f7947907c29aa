import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

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

/** A phrase of each licence's text. The first that is found decides: MPL's text names the GNU licences, and BSD-3-Clause has all of BSD-2-Clause. */
const PHRASES: readonly (readonly [string, RegExp])[] = [
  ['MPL-2.0', /mozilla public license,? (version|v\.) ?2\.0/],
  ['AGPL-3.0-only', /gnu affero general public license/],
  ['LGPL', /gnu (lesser|library) general public license version/],
  ['GPL', /gnu general public license version/],
  ['Apache-2.0', /apache license version 2\.0|www\.apache\.org\/licenses\/license-2\.0/],
  ['BSD-3-Clause', /redistributions in binary form .* (neither (the )?names? of|the names? of .* may not be used to endorse)/],
  ['BSD-2-Clause', /redistributions in binary form must reproduce the above copyright notice/],
  ['ISC', /permission to use, copy, modify, and\/?(or)? distribute this software for any purpose with or without fee is hereby granted/],
  ['MIT', /permission is hereby granted, free of charge, to any person obtaining a copy/],
  ['Unlicense', /this is free and unencumbered software released into the public domain/],
  ['CC0-1.0', /cc0 1\.0 universal/],
];

/** The SPDX identifier of a licence's text; undefined where none of the known ones is in it. */
export function licenseOf(text: string): string | undefined {
  const plain = text.toLowerCase().replace(/[\s*#/>]*\n[\s*#/>]*|\s+/g, ' ');
  return PHRASES.find(([, phrase]) => phrase.test(plain))?.[0];
}
