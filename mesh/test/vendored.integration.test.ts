import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
/** The folders that another repository copies, by mesh/README.md. */
const VENDORED = ['mesh', 'packages/kubernetes'];

let repository = '';
beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), 'mesh-vendored-'));
  for (const folder of VENDORED) {
    await cp(join(root, folder, 'src'), join(repository, folder, 'src'), { recursive: true });
    await cp(join(root, folder, 'package.json'), join(repository, folder, 'package.json'));
    await link(manifestOf(await readFile(join(root, folder, 'package.json'), 'utf8')).name, join(repository, folder));
  }
  for (const name of await declared()) await link(name, join(root, 'node_modules', name));
  await writeFile(join(repository, 'package.json'), '{ "private": true, "type": "module" }\n');
  const readme = await readFile(join(root, 'mesh/README.md'), 'utf8');
  for (const [, file = '', text = ''] of readme.matchAll(/^```ts\n\/\/ (\S+\.ts): ([\s\S]+?)^```$/gm)) {
    await mkdir(dirname(join(repository, file)), { recursive: true });
    await writeFile(join(repository, file), `// ${text}`);
  }
});
afterAll(() => rm(repository, { recursive: true, force: true }));

const manifestOf = (text: string) =>
  JSON.parse(text) as { readonly name: string; readonly dependencies?: Readonly<Record<string, string>> };

/** The packages of the registry that the two name; what they do not name is missing, as after an `npm install` elsewhere. */
async function declared(): Promise<readonly string[]> {
  const manifests = await Promise.all(
    VENDORED.map(async (folder) => manifestOf(await readFile(join(root, folder, 'package.json'), 'utf8'))),
  );
  const own = new Set(manifests.map(({ name }) => name));
  return [...new Set(manifests.flatMap(({ dependencies = {} }) => Object.keys(dependencies)))].filter((name) => !own.has(name));
}

async function link(name: string, target: string): Promise<void> {
  const path = join(repository, 'node_modules', name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
}

const mesh = (...args: string[]) => run(process.execPath, ['mesh/src/bin.ts', ...args], { cwd: repository, timeout: 60_000 });

test('in another repository the library and packages/kubernetes check and render the example of the README', async () => {
  expect((await mesh('check')).stdout).toMatch(/^✓ nothing found in \d+ objects\n$/);
  await mesh('render');
  const written = (await readdir(join(repository, 'deploy/local'))).sort();
  expect(written).toEqual(['namespace', 'orders', 'policies', 'postgres', 'storefront'].map((name) => `${name}.yaml`));
}, 120_000);

test('every module of both loads there with the packages that they declare', async () => {
  const program = `import { globSync } from 'node:fs';
    const sources = globSync('{mesh,packages/kubernetes}/src/**/*.ts', { exclude: ['**/*test.ts', '**/bin.ts'] });
    for (const file of sources) await import(process.cwd() + '/' + file);
    console.log(sources.length > 100);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], { cwd: repository, timeout: 60_000 });
  expect(stdout).toBe('true\n');
}, 120_000);
