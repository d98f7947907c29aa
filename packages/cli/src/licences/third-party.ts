import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, checkout } from '@mesh-platform/targets';
import type { Bill } from '../sbom/bills.ts';
import { mergedUsr } from '../sbom/debian-packages.ts';
import { goModuleLicense } from './go-licenses.ts';

/** Facts that only the built file systems contain; written by `npm run licences -w packages/cli`, which builds and reads them. */
export interface ThirdParty {
  /** The modules that are linked into the Go programs, by path. */
  readonly go: Readonly<Record<string, GoLicence>>;
  /** Names of the Debian packages of the node and the base image. */
  readonly debian: readonly string[];
}

export interface GoLicence {
  /** Several where programs of different Go modules link different ones. */
  readonly versions: readonly string[];
  readonly license: string;
}

export const thirdPartyFile = join(checkout, 'packages/cli/src/licences/generated/third-party.json');

export const thirdParty = async (): Promise<ThirdParty> => JSON.parse(await readFile(thirdPartyFile, 'utf8')) as ThirdParty;

export const thirdPartyText = (value: ThirdParty): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** Which Go modules and Debian packages file systems have, with the licences of the modules, from Go's cache of modules. */
export async function readThirdParty(bills: readonly Bill[]): Promise<ThirdParty> {
  const modules = new Map<string, Set<string>>();
  for (const { go, dpkg } of bills.map(({ files }) => files))
    for (const [path, program] of go)
      for (const module of dpkg?.files.has(mergedUsr(path)) ? [] : program.modules)
        if (module.version) modules.set(module.path, (modules.get(module.path) ?? new Set()).add(module.version));
  const cache = join(cacheFolder(), 'go/mod');
  const go: Record<string, GoLicence> = {};
  for (const [path, versions] of [...modules].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const licenses = await Promise.all([...versions].map((version) => goModuleLicense(cache, path, version)));
    go[path] = { versions: [...versions].sort(), license: [...new Set(licenses)].sort().join(' AND ') };
  }
  const debian = bills.flatMap(({ parts }) => parts.filter(({ purl }) => purl?.startsWith('pkg:deb/')).map(({ name }) => name));
  return { go, debian: [...new Set(debian)].sort() };
}
