import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, run } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-ignored-'));
  await run('git', ['init', '--quiet'], { cwd: folder, timeout: 10_000 });
  await copyFile(join(checkout, '.gitignore'), join(folder, '.gitignore'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The paths in infra/terraform, of those given, that git ignores. */
const ignored = async (paths: readonly string[]): Promise<readonly string[]> => {
  const inRepository = paths.map((path) => `infra/terraform/${path}`);
  return (await run('git', ['check-ignore', ...inRepository], { cwd: folder, timeout: 10_000 })).trim().split('\n');
};

it('git ignores what OpenTofu downloads, and plans and states, which may contain secrets; it keeps the roots’ lock files', async () => {
  const secret = [
    'live/.terraform-dev/providers/x',
    'modules/ci/.terraform/x',
    'bootstrap/terraform.tfstate',
    'live/terraform.tfstate.backup',
    'live/saved.tfplan',
  ];
  const kept = ['live/.terraform.lock.hcl', 'bootstrap/.terraform.lock.hcl', 'live/dev/terraform.tfvars'];
  expect(await ignored([...secret, ...kept])).toEqual(secret.map((path) => `infra/terraform/${path}`));
});
