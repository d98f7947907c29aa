import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LayerFiles, layerFiles, mergeLayers } from './layer-files.ts';

const layer = (files: Partial<LayerFiles>): LayerFiles => ({ removed: [], npm: new Map(), elf: [], go: new Map(), ...files });
const manifest = (name: string, version = '1.0.0') => ({ name, version });
const program = { go: '1.27.3', modules: [{ path: 'example.org/a', version: 'v1.0.0' }] };

test('a whiteout removes a package and its contents, and no package with the same prefix', () => {
  const below = layer({
    npm: new Map(['m/a', 'm/a/m/b', 'm/ab'].map((path) => [path, manifest(path)])),
    elf: ['m/a/x.node', 'm/ab/x.node'],
  });
  const merged = mergeLayers([below, layer({ removed: ['m/a'] })]);
  expect([...merged.npm.keys()]).toEqual(['m/ab']);
  expect(merged.elf).toEqual(['m/ab/x.node']);
});

test('a later layer replaces a package, and a Go program that is replaced is none any more', () => {
  const below = layer({ npm: new Map([['m/a', manifest('a')]]), elf: ['bin/x'], go: new Map([['bin/x', program]]) });
  const merged = mergeLayers([below, layer({ npm: new Map([['m/a', manifest('a', '2.0.0')]]), elf: ['bin/x'] })]);
  expect(merged.npm.get('m/a')?.version).toBe('2.0.0');
  expect(merged.elf).toEqual(['bin/x']);
  expect(merged.go.size).toBe(0);
});

test('a layer can add a package that it removed', () => {
  const below = layer({ npm: new Map([['m/a', manifest('a')]]) });
  expect([...mergeLayers([below, layer({ removed: ['m'], npm: new Map([['m/b', manifest('b')]]) })]).npm.keys()]).toEqual(['m/b']);
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-sbom-'));
  const files = {
    'app/node_modules/a/package.json': '{"name":"a","version":"1.0.0","license":"MIT"}',
    'app/node_modules/a/esm/package.json': '{"type":"module"}',
    'app/node_modules/a/node_modules/@s/b/package.json': '{"name":"@s/b","version":"2.0.0"}',
    'app/package.json': '{"name":"web","version":"0.1.0"}',
    'app/.wh.old': '',
    'app/gone/.wh..wh..opq': '',
    'dev/null': 'not a device',
    'bin/program': '\x7fELF…',
    'bin/script': '#!/bin/sh',
    'var/lib/dpkg/status': 'Package: zlib1g\n',
    'var/lib/dpkg/info/zlib1g:amd64.list': '/.\n/lib\n/lib/libz.so.1.2.13\n/usr/share/doc\n',
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'tree', path)), { recursive: true });
    await writeFile(join(folder, 'tree', path), text);
  }
  spawnSync('tar', ['-C', join(folder, 'tree'), '-cf', join(folder, 'layer.tar'), '.']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('reads the packages, programs, whiteouts and Debian lists of an archive', async () => {
  const found = await layerFiles({ archive: join(folder, 'layer.tar') }, 'true');
  expect([...found.npm]).toEqual(
    expect.arrayContaining([
      ['app/node_modules/a', { name: 'a', version: '1.0.0', license: 'MIT' }],
      ['app/node_modules/a/node_modules/@s/b', { name: '@s/b', version: '2.0.0' }],
    ]),
  );
  expect(found.npm.size).toBe(2);
  expect(found.removed.toSorted()).toEqual(['app/gone', 'app/old']);
  expect(found.elf).toEqual(['bin/program']);
  expect(found.dpkg?.status).toContain('zlib1g');
  expect(found.dpkg?.files).toContain('usr/lib/libz.so.1.2.13');
});

test('a folder that is mounted elsewhere has its paths there', async () => {
  const found = await layerFiles({ folder: join(folder, 'tree/bin'), at: 'opt/bin' }, 'true');
  expect(found.elf).toEqual(['opt/bin/program']);
});

test('rejects a package whose manifest has no name, by its path', async () => {
  const broken = join(folder, 'broken/node_modules/a');
  await mkdir(broken, { recursive: true });
  await writeFile(join(broken, 'package.json'), '{');
  await expect(layerFiles({ folder: join(folder, 'broken'), at: '' }, 'true')).rejects.toThrow('node_modules/a/package.json');
});
