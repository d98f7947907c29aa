import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readModule } from '../hcl/terraform-module.ts';
import { checkLockFile } from './lock-file.check.ts';

/** The findings in a module that requires aws 6.66.0, with a lock file of this text. */
async function found(lock?: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-lock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const versions =
    'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n      version = "6.66.0"\n    }\n  }\n}\n';
  await writeFile(join(folder, 'versions.tf'), versions);
  if (lock !== undefined) await writeFile(join(folder, '.terraform.lock.hcl'), lock);
  return (await checkLockFile(await readModule(folder))).map(({ code, message }) => `${code} ${message}`);
}
const lockOf = (source: string, version: string, platforms: number) => `provider "registry.opentofu.org/${source}" {
  version     = "${version}"
  constraints = "${version}"
  hashes = [
${Array.from({ length: platforms }, (_, index) => `    "h1:${index}",\n`).join('')}    "zh:0",
  ]
}
`;

it('a module without a lock file, and one with a lock file that fits, have no finding', async () => {
  expect(await found()).toEqual([]);
  expect(await found(lockOf('hashicorp/aws', '6.66.0', 4))).toEqual([]);
});

it.each([
  ['a provider that is not locked', lockOf('hashicorp/helm', '3.1.1', 4), 'AWS206 hashicorp/aws is not locked'],
  ['another version than is required', lockOf('hashicorp/aws', '6.65.0', 4), 'AWS206 hashicorp/aws is locked at 6.65.0, not 6.66.0'],
  ['the hashes of one platform', lockOf('hashicorp/aws', '6.66.0', 1), 'AWS206 hashicorp/aws has hashes for 1 of 4 platforms'],
])('finds %s', async (_, lock, message) => {
  expect(await found(lock)).toEqual([message]);
});
