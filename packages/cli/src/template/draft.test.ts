import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '@mesh-platform/targets';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { Draft } from './draft.ts';
import { installLinks } from './installed.ts';

const lock = (links: Readonly<Record<string, string>>, fetched: object = {}): string =>
  JSON.stringify({
    packages: Object.fromEntries([
      ...Object.entries(links).map(([name, resolved]) => [`node_modules/@shop/${name}`, { link: true, resolved }]),
      ['node_modules/a', { version: '1.0.0', ...fetched }],
    ]),
  });

const template: Readonly<Record<string, string>> = {
  '.gitignore': 'node_modules/\ndist/\nignored\n',
  'package-lock.json': lock({ kit: 'packages/kit' }),
  'packages/kit/index.js': 'kit',
  'packages/kit/dist/built.js': 'built',
  'run.sh': 'script',
  'old/file': 'old',
  ignored: 'ignored',
  'node_modules/a/index.js': 'a',
};

let checkout = '';
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'mesh-platform-checkout-'));
  onTestFinished(() => rm(checkout, { recursive: true, force: true }));
  await run('git', ['init', '--quiet'], { cwd: checkout, timeout: 30_000 });
  for (const [file, text] of Object.entries(template)) {
    await mkdir(dirname(join(checkout, file)), { recursive: true });
    await writeFile(join(checkout, file), text);
  }
  await chmod(join(checkout, 'run.sh'), 0o755);
});

async function filesOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  const own = files.filter((file) => !file.startsWith('.git/')).sort();
  return Object.fromEntries(await Promise.all(own.map(async (file) => [file, await readFile(join(folder, file), 'utf8')])));
}

test('a copy has the checkout’s own files, and finds its packages: the others’ there, its own here', async () => {
  await using draft = await Draft.of(checkout);
  expect(Object.keys(await filesOf(draft.folder))).toEqual([
    '.gitignore',
    'old/file',
    'package-lock.json',
    'packages/kit/index.js',
    'run.sh',
  ]);
  expect(await draft.read('node_modules/a/index.js')).toBe('a');
  expect(await readlink(draft.path('node_modules/@shop/kit'))).toBe(draft.path('packages/kit'));
});

test('writes back only the changed files', async () => {
  await using draft = await Draft.of(checkout);
  await draft.edit('run.sh', (text) => `${text} edited`);
  await draft.write('new/deep/file', 'new');
  await draft.remove('old');
  expect(await draft.writeBack()).toEqual(['new/deep/file', 'old/file', 'run.sh']);
  const { 'old/file': _, ...kept } = template;
  expect(await filesOf(checkout)).toEqual({ ...kept, 'run.sh': 'script edited', 'new/deep/file': 'new' });
  expect((await stat(join(checkout, 'run.sh'))).mode & 0o777).toBe(0o755);
});

test('removes a folder with its last file where only build output is left', async () => {
  await using draft = await Draft.of(checkout);
  await draft.remove('packages/kit/index.js');
  await draft.writeBack();
  expect(await readdir(checkout)).not.toContain('packages');
});

test('restores every file where one cannot be written', async () => {
  await using draft = await Draft.of(checkout);
  await draft.edit('.gitignore', (text) => `${text}more\n`);
  await draft.remove('old');
  await draft.write('packages/added', 'added');
  await draft.write('ignored/file', 'where the checkout has a file of that name');
  await expect(draft.writeBack()).rejects.toThrow();
  expect(await filesOf(checkout)).toEqual(template);
});

test('keeps a concurrent edit of another file', async () => {
  await using draft = await Draft.of(checkout);
  await draft.write('new', 'new');
  await writeFile(join(checkout, 'run.sh'), 'edited concurrently');
  expect(await draft.writeBack()).toEqual(['new']);
  expect(await filesOf(checkout)).toEqual({ ...template, new: 'new', 'run.sh': 'edited concurrently' });
});

test('writes nothing where a concurrent edit changed one of its files', async () => {
  await using draft = await Draft.of(checkout);
  await draft.write('old/file', 'edited');
  await draft.write('run.sh', 'edited');
  await writeFile(join(checkout, 'run.sh'), 'edited concurrently');
  await expect(draft.writeBack()).rejects.toThrow('nothing was changed: run.sh is not as it was');
  expect(await filesOf(checkout)).toEqual({ ...template, 'run.sh': 'edited concurrently' });
});

test('the copy ends with its use', async () => {
  let folder = '';
  {
    await using draft = await Draft.of(checkout);
    folder = draft.folder;
  }
  await expect(stat(folder)).rejects.toThrow('ENOENT');
});

test('rejects a folder that is no git checkout', async () => {
  await rm(join(checkout, '.git'), { recursive: true });
  await expect(Draft.of(checkout)).rejects.toThrow('this folder is no git checkout');
});

test('without git, reports that git is not installed, not that the folder is no checkout', async () => {
  vi.stubEnv('PATH', '/nowhere');
  await expect(Draft.of(checkout)).rejects.toThrow('git is not installed');
});

const installed = () => readFile(join(checkout, 'node_modules/.installed-package-lock.json'), 'utf8');
async function lockBecomes(after: string, record = template['package-lock.json'] ?? ''): Promise<void> {
  await writeFile(join(checkout, 'node_modules/.installed-package-lock.json'), record);
  await writeFile(join(checkout, 'package-lock.json'), after);
  await installLinks(checkout, template['package-lock.json'] ?? '');
}

test('where only workspaces are added or removed, changes their links and installs nothing', async () => {
  const after = lock({ kit: 'packages/kit', cart: 'apps/cart' });
  await lockBecomes(after);
  expect(await readlink(join(checkout, 'node_modules/@shop/cart'))).toBe('../../apps/cart');
  expect(await installed()).toBe(after);
  await writeFile(join(checkout, 'package-lock.json'), template['package-lock.json'] ?? '');
  await installLinks(checkout, after);
  expect(await readdir(join(checkout, 'node_modules'))).not.toContain('@shop');
  expect(await installed()).toBe(template['package-lock.json']);
});

test.each([
  ['where something is to be fetched', lock({}, { version: '2.0.0' }), undefined],
  ['where the packages are those of another lock file', lock({}), 'another'],
])('%s, npm installs at the next start', async (_, after, record) => {
  await lockBecomes(after, record);
  expect(await installed()).not.toBe(after);
});
