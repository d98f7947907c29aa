import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '@mesh-platform/targets';
import { expect, it } from 'vitest';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/aws.md',
  'docs/embedded.md',
  'docs/targets.md',
  'docs/dev.md',
  'docs/template.md',
  'docs/fork.md',
  'docs/README.md',
  'docs/explanation/threat-model.md',
  // #region samples
  'docs/capacity.md',
  'docs/overhead.md',
  // #endregion samples
];
const read = (page: string) => readFile(join(checkout, page), 'utf8');

it('the pages name no command that ./platform does not have', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(checkout, 'packages/cli/src/main.ts'), '--help']);
  const known = [...stdout.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name);
  expect(known).toContain('up');
  const named = (await Promise.all(pages.map(read))).flatMap((text) => [...text.matchAll(/\.\/platform (\w+)/g)].map(([, name]) => name));
  expect(named).toContain('up');
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

it('the pages link to files that there are', async () => {
  for (const page of pages) {
    const links = [...(await read(page)).matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link ?? '').filter((link) => !link.includes('://'));
    for (const link of links) await expect(access(join(checkout, page, '..', link)), `${page} → ${link}`).resolves.toBeUndefined();
  }
});

it('the tree of the README lists folders that there are', async () => {
  const tree = (await read('README.md')).split('## Where things are')[1]?.split('```')[1] ?? '';
  const paths = [...tree.matchAll(/^(\S+) {2,}/gm)].map(([, path]) => path ?? '');
  expect(paths.length).toBeGreaterThan(8);
  for (const path of paths) await expect(access(join(checkout, path)), path).resolves.toBeUndefined();
});
