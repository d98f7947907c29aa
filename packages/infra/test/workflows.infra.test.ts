import { globSync } from 'node:fs';
import { join } from 'node:path';
import { silent } from '@mesh-platform/kubernetes';
import { checkout, run, tool } from '@mesh-platform/targets';
import { expect, it } from 'vitest';

/** Without shellcheck and pyflakes, which a machine may have or not: the same answer everywhere. */
const actionlint = async (args: readonly string[], input?: string) =>
  run(await tool('actionlint', silent), ['-shellcheck=', '-pyflakes=', '-no-color', ...args], {
    timeout: 60_000,
    ...(input ? { input } : {}),
  });

it('actionlint finds nothing in the workflows', async () => {
  const files = globSync('.github/workflows/*.yaml', { cwd: checkout }).map((file) => join(checkout, file));
  expect(files.length).toBeGreaterThan(2);
  await expect(actionlint(files)).resolves.toBe('');
});

it('actionlint finds an output that no step has', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's way to write an expression
  const broken = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ steps.no.outputs.x }}\n';
  await expect(actionlint(['-'], broken)).rejects.toThrow('property "no" is not defined');
});
