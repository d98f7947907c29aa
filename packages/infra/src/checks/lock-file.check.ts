import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Json, type Located, member, pair, readBlocks, type TerraformModule } from '../hcl/terraform-module.ts';
import type { Finding } from './finding.ts';

const LOCK = '.terraform.lock.hcl';
/** Where people and workflows run OpenTofu; `tofu providers lock` writes a hash for each. */
export const LOCKED_PLATFORMS = ['linux_amd64', 'linux_arm64', 'darwin_amd64', 'darwin_arm64'] as const;
const HINT = `run: ./run dev providers lock ${LOCKED_PLATFORMS.map((platform) => `-platform=${platform}`).join(' ')}`;

/** A committed lock file fits the module: `init -lockfile=readonly` would end otherwise. None is no finding: only a registry's hashes make one. */
export async function checkLockFile(module: TerraformModule): Promise<readonly Finding[]> {
  const file = join(module.folder, LOCK);
  return existsSync(file) ? staleIn(file, await readBlocks(file, await readFile(file, 'utf8')), requiredBy(module)) : [];
}

/** What is wrong with a lock file: providers and their exact versions, by source. */
export function staleIn(file: string, blocks: readonly Located[], required: ReadonlyMap<string, string>): readonly Finding[] {
  return [...required].flatMap(([source, version]) => {
    const locked = blocks.find(({ block }) => block.name === 'provider' && block.labels[0]?.endsWith(`/${source}`));
    const find = (message: string): Finding => ({ file, line: locked?.block.line ?? 1, message, code: 'AWS206', hint: HINT });
    if (!locked) return [find(`${source} is not locked`)];
    const hashes = (member(locked.values, 'hashes') ?? []) as readonly string[];
    const platforms = hashes.filter((hash) => hash.startsWith('h1:')).length;
    return [
      ...(member(locked.values, 'version') === version
        ? []
        : [find(`${source} is locked at ${member(locked.values, 'version')}, not ${version}`)]),
      ...(platforms >= LOCKED_PLATFORMS.length
        ? []
        : [find(`${source} has hashes for ${platforms} of ${LOCKED_PLATFORMS.length} platforms`)]),
    ];
  });
}

function requiredBy({ blocks }: TerraformModule): ReadonlyMap<string, string> {
  const providers = blocks
    .filter(({ block }) => block.name === 'terraform')
    .flatMap(({ block: terraform, values }) => pair(terraform.body, values).filter(({ block }) => block.name === 'required_providers'))
    .flatMap(({ values }) => Object.values(values as Readonly<Record<string, Json>>));
  return new Map(providers.map((provider) => [String(member(provider, 'source')), String(member(provider, 'version'))]));
}
