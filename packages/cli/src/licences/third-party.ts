import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';

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
