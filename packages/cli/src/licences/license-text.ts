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
