import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { serviceImage } from './service-image.ts';
import type { ServiceVersion } from './service-versions.ts';

const place = vi.hoisted(() => ({ checkout: '' }));
vi.mock('@mesh-platform/targets', async (original) => {
  const targets = await original<typeof import('@mesh-platform/targets')>();
  return {
    ...targets,
    get checkout() {
      return place.checkout;
    },
  };
});

const lock = {
  packages: {
    'apps/preview': { dependencies: { '@mesh-platform/kit': '1', a: '1' } },
    'node_modules/@mesh-platform/kit': { link: true, resolved: 'packages/kit' },
    'packages/kit': {},
    'node_modules/a': { integrity: 'sha512-a' },
  },
};

const template: Readonly<Record<string, string>> = {
  'package-lock.json': JSON.stringify(lock),
  'apps/preview/package.json': '{"name":"preview","files":["dist"]}',
  'apps/preview/Dockerfile': 'FROM x\n',
  'apps/preview/src/main.ts': 'source',
  'apps/preview/dist/main.js': 'main',
  'apps/preview/dist/main.d.ts': 'types',
  'apps/preview/dist/tsconfig.tsbuildinfo': 'state',
  'apps/preview/dist/versions/v1/page.js': 'page of v1',
  'apps/preview/dist/versions/v2/page.js': 'page of v2',
  'apps/preview/dist/versions/v2/assets/style.css': 'style of v2',
  'packages/kit/package.json': '{"name":"@mesh-platform/kit","files":["dist"]}',
  'packages/kit/dist/index.js': 'kit',
  'packages/kit/src/index.ts': 'source of kit',
  'node_modules/a/package.json': '{"name":"a"}',
  'node_modules/a/index.js': 'a',
  'node_modules/a/index.d.ts': 'types',
  'node_modules/a/README.md': 'words',
  'node_modules/a/test/a.test.js': 'test',
  'node_modules/a/node_modules/unneeded/index.js': 'unneeded',
};

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(place.checkout, file)), { recursive: true });
  await writeFile(join(place.checkout, file), content);
}

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mesh-platform-checkout-'));
  place.checkout = join(home, 'checkout');
  vi.stubEnv('XDG_CACHE_HOME', join(home, 'cache'));
  for (const [file, content] of Object.entries(template)) await write(file, content);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true, force: true });
  });
});

const version = (version: string): ServiceVersion => ({ service: 'preview', version, folder: join(place.checkout, 'apps/preview') });
const keys = async () => ({
  v1: (await serviceImage(version('v1'))).contextKey,
  v2: (await serviceImage(version('v2'))).contextKey,
});

test('an image is named like its version and built by the service’s own Dockerfile', async () => {
  expect(await serviceImage(version('v2'))).toMatchObject({ name: 'preview-v2', dockerfile: 'FROM x\n' });
});

test('the same files have the same key', async () => {
  expect(await keys()).toEqual(await keys());
});

test.each([
  ['a version’s own file', 'apps/preview/dist/versions/v2/page.js', { v1: false, v2: true }],
  ['a version’s own asset', 'apps/preview/dist/versions/v2/assets/style.css', { v1: false, v2: true }],
  ['a new file of a version', 'apps/preview/dist/versions/v1/new.js', { v1: true, v2: false }],
  ['a file that both versions share', 'apps/preview/dist/main.js', { v1: true, v2: true }],
  ['a workspace package that it imports', 'packages/kit/dist/index.js', { v1: true, v2: true }],
  ['sources that are not compiled yet', 'apps/preview/src/main.ts', { v1: false, v2: false }],
  ['only types', 'apps/preview/dist/main.d.ts', { v1: false, v2: false }],
])('an edit of %s (%s) changes the images that contain it: %o', async (_words, file, changes) => {
  const before = await keys();
  await write(file, 'edited');
  const after = await keys();
  expect({ v1: after.v1 !== before.v1, v2: after.v2 !== before.v2 }).toEqual(changes);
});

test('a file that moves changes the key', async () => {
  const before = await keys();
  await cp(join(place.checkout, 'apps/preview/dist/main.js'), join(place.checkout, 'apps/preview/dist/other.js'));
  await rm(join(place.checkout, 'apps/preview/dist/main.js'));
  expect((await keys()).v1).not.toBe(before.v1);
});

test('another version of a third-party package changes the key', async () => {
  const before = await keys();
  const packages = { ...lock.packages, 'node_modules/a': { integrity: 'sha512-other' } };
  await write('package-lock.json', JSON.stringify({ packages }));
  expect((await keys()).v1).not.toBe(before.v1);
});

test('an image contains its own version, its dependencies, and nothing else', async () => {
  const context = await mkdtemp(join(tmpdir(), 'mesh-platform-context-'));
  onTestFinished(() => rm(context, { recursive: true, force: true }));
  await (await serviceImage(version('v2'))).stage(context);
  const entries = await readdir(context, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(context.length + 1));
  expect(files.toSorted()).toEqual([
    'app/dist/main.js',
    'app/dist/versions/v2/assets/style.css',
    'app/dist/versions/v2/page.js',
    'app/node_modules/@mesh-platform/kit/dist/index.js',
    'app/node_modules/@mesh-platform/kit/package.json',
    'app/package.json',
    'deps/node_modules/a/index.js',
    'deps/node_modules/a/package.json',
  ]);
  expect(await readFile(join(context, 'app/dist/versions/v2/page.js'), 'utf8')).toBe('page of v2');
});

test('rejects the image of a service that is not compiled', async () => {
  await rm(join(place.checkout, 'apps/preview/dist'), { recursive: true });
  await expect(serviceImage(version('v1'))).rejects.toThrow('apps/preview/dist');
});
