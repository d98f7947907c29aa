import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';
import { readLock } from '../services/production-closure.ts';
import { isAllowed } from './allowed.ts';
import { licenseOf } from './go-licenses.ts';
import { goLicences, licencesFile, licencesPage, npmLicences, programLicences } from './licences-page.ts';
import { thirdParty } from './third-party.ts';

test('the committed list matches the lock files and the built programs', async () => {
  expect(await readFile(licencesFile, 'utf8'), 'run npm run licences -w packages/cli').toBe(await licencesPage());
});

test('every dependency has a licence that is allowed', async () => {
  const lock = await readLock();
  const all = [...npmLicences(lock), ...goLicences(await thirdParty()), ...(await programLicences(lock))];
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter(({ license }) => !isAllowed(license))).toEqual([]);
});

test('every listed Go module is of a version that go.sum has', async () => {
  const sums = await readFile(join(checkout, 'packages/targets/toolchain/go.sum'), 'utf8');
  const lines = new Set(sums.split('\n').map((line) => line.split(' ').slice(0, 2).join(' ')));
  const listed = Object.entries((await thirdParty()).go).flatMap(([path, { versions }]) => versions.map((version) => `${path} ${version}`));
  expect(listed.length).toBeGreaterThan(100);
  expect(
    listed.filter((one) => !lines.has(one)),
    'run npm run licences -w packages/cli',
  ).toEqual([]);
});

test('lists an npm package once for each version, without those for development and those of this repository', () => {
  const packages = {
    'node_modules/a': { version: '1.0.0', license: 'MIT' },
    'node_modules/b/node_modules/a': { version: '1.0.0', license: 'MIT' },
    'node_modules/b/node_modules/@s/a': { version: '2.0.0' },
    'node_modules/c': { version: '1.0.0', dev: true, license: 'GPL-3.0-only' },
    'node_modules/@own/kit': { link: true, resolved: 'packages/kit' },
    'packages/kit': { version: '0.1.0' },
  };
  expect(npmLicences({ packages })).toEqual([
    { name: '@s/a', version: '2.0.0', license: undefined },
    { name: 'a', version: '1.0.0', license: 'MIT' },
  ]);
});

test.each([
  ['MIT', 'Permission is hereby granted, free of charge, to any person\n// obtaining a copy'],
  ['Apache-2.0', '   Apache License\n                           Version 2.0, January 2004'],
  ['BSD-3-Clause', '* Redistributions in binary form must reproduce the above copyright\nnotice\n * Neither the name of Google'],
  ['BSD-2-Clause', 'Redistributions in binary form must reproduce the above copyright notice, this list'],
  ['MPL-2.0', 'Mozilla Public License Version 2.0'],
  ['ISC', 'Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted'],
  ['GPL', 'GNU GENERAL PUBLIC LICENSE\n  Version 3, 29 June 2007'],
  ['AGPL-3.0-only', 'GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3'],
  [undefined, 'All rights reserved.'],
])('reads %s from its text', (license, text) => {
  expect(licenseOf(text)).toBe(license);
  expect(isAllowed(license)).toBe(!['GPL', 'AGPL-3.0-only', undefined].includes(license));
});
