import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';
import { disabledVerification } from './disabled-verification.ts';

const read = (path: string) => readFileSync(join(checkout, path), 'utf8');
const filesOf = (pattern: string) =>
  globSync(pattern, { cwd: checkout, exclude: (path) => /(^|\/)(node_modules|dist)(\/|$)|\.test\.ts$/.test(path) });

test('no file turns off the verification of downloads', () => {
  const files = [
    'platform',
    ...filesOf('{packages,apps,mesh}/**/*.{ts,js,mjs,sh}'),
    ...filesOf('**/*Dockerfile'),
    ...filesOf('.github/**/*.yaml'),
  ];
  const others = files.filter((path) => !path.endsWith('disabled-verification.ts'));
  expect(others.length).toBeGreaterThan(200);
  expect(others.flatMap((path) => disabledVerification(read(path)).map((line) => `${path}: ${line}`))).toEqual([]);
});

test.each([
  "const args = ['deb [trusted=yes] https://example.org bookworm main'];",
  '\'--aptopt=Acquire::AllowInsecureRepositories "1"\'',
  "GONOSUMDB: '*',",
  "GOINSECURE: '*',",
  "GOFLAGS: '-mod=mod',",
  'pip install --trusted-host example.org a==1.0',
  'npm config set strict-ssl=false',
  "NODE_TLS_REJECT_UNAUTHORIZED: '0'",
])('rejects %s', (line) => expect(disabledVerification(`a\n  ${line}\nb`)).toEqual([line]));

test.each(filesOf('packages/targets/toolchain/**/go.mod'))('go.sum has a hash for every module that %s requires', (path) => {
  const sums = read(join(dirname(path), 'go.sum'));
  const text = read(path);
  const replaced = new Map(
    [...text.matchAll(/^(?:replace |\t)(\S+)(?: v\S+)? => (\S+) (\S+)$/gm)].map(([, from = '', to, version]) => [from, `${to} ${version}`]),
  );
  const required = [...text.matchAll(/^(?:require\s+|\t)([\w.~/-]+\.[\w.~/-]+) (v\S+)/gm)].map(
    ([, module = '', version]) => replaced.get(module) ?? `${module} ${version}`,
  );
  expect(required.length).toBeGreaterThan(0);
  expect(required.filter((module) => !sums.includes(`${module}/go.mod h1:`))).toEqual([]);
});

test.each(['packages/targets/src/build/prebuilt.ts', 'packages/infra/src/tools/python-packages.ts'])(
  '%s has pip require a hash for every wheel',
  (path) => expect(read(path)).toContain("'--require-hashes'"),
);
