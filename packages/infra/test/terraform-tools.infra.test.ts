import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { run, tool } from '@mesh-platform/targets';
import { expect, it } from 'vitest';
import { terraformFolder, terraformModules } from '../src/hcl/terraform-module.ts';
import { withSeed } from './support/seeded.ts';

/** No configuration of the person who runs the tests. */
const environment = { ...process.env, TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' };
const tofu = async (...args: string[]) => run(await tool('tofu', silent), args, { env: environment, timeout: 120_000 });
const tflint = async (folder: string) =>
  run(await tool('tflint', silent), [`--chdir=${folder}`, `--config=${join(terraformFolder, '.tflint.hcl')}`, '--format=compact'], {
    timeout: 120_000,
  });

it('every file is formatted as terraform fmt does it', async () => {
  await expect(tofu('fmt', '-check', '-recursive', terraformFolder)).resolves.toBe('');
});

it('terraform fmt finds a file that is not', async () => {
  await withSeed({ file: 'live/main.tf', from: 'source       = "../modules/network"', to: 'source = "../modules/network"' }, (folder) =>
    expect(tofu('fmt', '-check', '-recursive', folder)).rejects.toThrow('ended with status 3'),
  );
});

it.each(terraformModules)('tflint, with every rule for Terraform, finds nothing in infra/terraform/%s', async (name) => {
  await expect(tflint(join(terraformFolder, name))).resolves.toBe('');
});

it('tflint finds a variable that nothing uses', async () => {
  const seed = {
    file: 'modules/registry/variables.tf',
    from: 'variable "kept_images" {',
    to: 'variable "unused" {\n  type = string\n}\n\nvariable "kept_images" {',
  };
  await withSeed(seed, (folder) =>
    expect(tflint(join(folder, 'modules/registry'))).rejects.toThrow('variable "unused" is declared but not used'),
  );
});

it('init, validate and test pass where the providers can be downloaded; where not, the test is annotated', async ({ annotate }) => {
  const data = await mkdtemp(join(tmpdir(), 'mesh-platform-tofu-'));
  const inLive = { cwd: join(terraformFolder, 'live'), env: { ...environment, TF_DATA_DIR: data }, timeout: 110_000 };
  const program = await tool('tofu', silent);
  try {
    const locked = existsSync(join(terraformFolder, 'live/.terraform.lock.hcl')) ? ['-lockfile=readonly'] : [];
    const reached = await run(program, ['init', '-backend=false', '-input=false', ...locked, '-no-color'], inLive).then(
      () => true,
      (error: Error) => {
        if (!/Failed to (query|resolve)|could not connect|registry/i.test(error.message)) throw error;
        return false;
      },
    );
    if (!reached) {
      process.stdout.write('init, validate and test did not run: the registry of Terraform providers cannot be reached from here.\n');
      process.stdout.write('The schema test stands in for validate; the workflow terraform.yaml runs all three.\n');
      await annotate('the registry of Terraform providers cannot be reached: validate and test did not run');
      return;
    }
    await run(program, ['validate', '-no-color'], inLive);
    await run(program, ['test', '-no-color'], inLive);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});
