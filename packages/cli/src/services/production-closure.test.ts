import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';
import { type LockedPackage, type LockFile, productionClosure } from './production-closure.ts';

const app = 'apps/web';
const lock = (packages: Readonly<Record<string, LockedPackage>>): LockFile => ({
  packages: Object.fromEntries(Object.entries(packages).map(([path, entry]) => [path, { integrity: `hash of ${path}`, ...entry }])),
});
const needs = (...names: string[]) => ({ dependencies: Object.fromEntries(names.map((name) => [name, '1'])) });
const closure = (packages: Readonly<Record<string, LockedPackage>>) => productionClosure(lock(packages), app);
const places = (packages: Readonly<Record<string, LockedPackage>>) =>
  Object.fromEntries(closure(packages).packages.map(({ source, destination }) => [source, destination]));

test('dependencies are followed to their end, each with its hash, and nothing else is taken', () => {
  const { packages, workspaces } = closure({
    [app]: needs('a'),
    'node_modules/a': needs('@scope/b'),
    'node_modules/@scope/b': {},
    'node_modules/unused': {},
  });
  expect(packages).toEqual([
    { source: 'node_modules/@scope/b', destination: 'node_modules/@scope/b', integrity: 'hash of node_modules/@scope/b' },
    { source: 'node_modules/a', destination: 'node_modules/a', integrity: 'hash of node_modules/a' },
  ]);
  expect(workspaces).toEqual([]);
});

test('development dependencies are not taken', () => {
  const entry = { ...needs('a'), devDependencies: { vitest: '1' } };
  expect(places({ [app]: entry, 'node_modules/a': {}, 'node_modules/vitest': {} })).toEqual({ 'node_modules/a': 'node_modules/a' });
});

test('a circle of dependencies ends', () => {
  expect(Object.keys(places({ [app]: needs('a'), 'node_modules/a': needs('b'), 'node_modules/b': needs('a') }))).toHaveLength(2);
});

test('a nested version wins over the one above, stays nested, and the other is not taken for it', () => {
  expect(
    places({
      [app]: needs('a'),
      'node_modules/a': needs('b'),
      'node_modules/a/node_modules/b': needs('c'),
      'node_modules/a/node_modules/c': {},
      'node_modules/b': {},
      'node_modules/c': {},
    }),
  ).toEqual({
    'node_modules/a': 'node_modules/a',
    'node_modules/a/node_modules/b': 'node_modules/a/node_modules/b',
    'node_modules/a/node_modules/c': 'node_modules/a/node_modules/c',
  });
});

test('a nested package finds its dependencies in the folders above', () => {
  expect(
    places({ [app]: needs('a'), 'node_modules/a': needs('b'), 'node_modules/a/node_modules/b': needs('c'), 'node_modules/c': {} }),
  ).toHaveProperty('node_modules/c', 'node_modules/c');
});

test('a package of the workspace’s own folder lies at the top of the image', () => {
  expect(places({ [app]: needs('a'), [`${app}/node_modules/a`]: {}, 'node_modules/a': {} })).toEqual({
    [`${app}/node_modules/a`]: 'node_modules/a',
  });
});

test('rejects two versions of a package at the same path of the image', () => {
  const both = { [app]: needs('a', 'b'), [`${app}/node_modules/a`]: {}, 'node_modules/a': {}, 'node_modules/b': needs('a') };
  expect(() => closure(both)).toThrow(/apps\/web\/node_modules\/a and node_modules\/a/);
});

test('a workspace package is a workspace, and its dependencies are followed to where it keeps them', () => {
  const packages = {
    [app]: needs('@mesh-platform/kit'),
    'node_modules/@mesh-platform/kit': { link: true, resolved: 'packages/kit' },
    'packages/kit': needs('a', 'b'),
    'packages/kit/node_modules/a': {},
    'node_modules/a': {},
    'node_modules/b': {},
  };
  expect(closure(packages).workspaces).toEqual([{ source: 'packages/kit', name: '@mesh-platform/kit' }]);
  expect(places(packages)).toEqual({
    'packages/kit/node_modules/a': 'node_modules/@mesh-platform/kit/node_modules/a',
    'node_modules/b': 'node_modules/b',
  });
});

test('a peer that is installed is taken', () => {
  const entry = { peerDependencies: { b: '1' } };
  expect(places({ [app]: needs('a'), 'node_modules/a': entry, 'node_modules/b': {} })).toHaveProperty('node_modules/b');
});

test('an optional peer is not taken, installed or not', () => {
  const a = { peerDependencies: { b: '1' }, peerDependenciesMeta: { b: { optional: true } } };
  expect(Object.keys(places({ [app]: needs('a'), 'node_modules/a': a }))).toEqual(['node_modules/a']);
  expect(Object.keys(places({ [app]: needs('a'), 'node_modules/a': a, 'node_modules/b': {} }))).toEqual(['node_modules/a']);
});

test('includes an optional dependency only where it is installed', () => {
  const a = { optionalDependencies: { b: '1' } };
  expect(Object.keys(places({ [app]: needs('a'), 'node_modules/a': a, 'node_modules/b': {} }))).toContain('node_modules/b');
  expect(Object.keys(places({ [app]: needs('a'), 'node_modules/a': a }))).toEqual(['node_modules/a']);
});

test('an optional dependency that is listed among the others too is optional', () => {
  const a = { dependencies: { b: '1' }, optionalDependencies: { b: '1' } };
  expect(Object.keys(places({ [app]: needs('a'), 'node_modules/a': a }))).toEqual(['node_modules/a']);
});

test('names a missing dependency and the package that needs it', () => {
  expect(() => closure({ [app]: needs('a'), 'node_modules/a': needs('b') })).toThrow('package-lock.json has no b for node_modules/a');
});

const real = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')) as LockFile;

test.each(globSync('apps/*', { cwd: checkout }).sort())(
  '%s brings what services share, and each of its packages is installed and pinned by its hash',
  (service) => {
    const { packages, workspaces } = productionClosure(real, service);
    const shared = workspaces.map(({ name }) => name.slice(name.indexOf('/') + 1));
    expect(shared).toEqual(expect.arrayContaining(['contracts', 'service-kit']));
    for (const { source, integrity } of packages) {
      expect(existsSync(join(checkout, source, 'package.json')), source).toBe(true);
      expect(integrity, source).toMatch(/^sha512-/);
    }
  },
);
