import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnv } from '@mesh-platform/service-kit';
import { afterAll, expect, test } from 'vitest';
import { coreEnv } from './env.js';

const folder = mkdtempSync(join(tmpdir(), 'core-env-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileWith = (content: string, name = 'password') => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const required = () => ({
  SERVICE_VERSION: 'v1',
  PGPASSWORD_FILE: fileWith('secret\n'),
  CURSOR_KEY_FILE: fileWith('k'.repeat(32), 'key'),
});

test('the defaults are those of the platform', () => {
  expect(loadEnv(coreEnv, required())).toMatchObject({
    PORT: 8080,
    GRPC_PORT: 9090,
    PGHOST: 'postgres',
    PGPORT: 5432,
    PGDATABASE: 'documents',
    PGUSER: 'core',
    POOL_MAX: 10,
  });
});

test('the password file is required, must exist and must not be blank, and its path is not told', () => {
  const refused = /^PGPASSWORD_FILE must name a readable file that holds the password$/;
  expect(() => loadEnv(coreEnv, { ...required(), PGPASSWORD_FILE: undefined })).toThrow(/^PGPASSWORD_FILE is not set$/);
  expect(() => loadEnv(coreEnv, { ...required(), PGPASSWORD_FILE: '/no/such/file' })).toThrow(refused);
  expect(() => loadEnv(coreEnv, { ...required(), PGPASSWORD_FILE: fileWith(' \n') })).toThrow(refused);
});

test("the cursors' key is required and has 32 bytes of text or more, and neither it nor its path is told", () => {
  const refused = /^CURSOR_KEY_FILE must name a readable file that holds at least 32 bytes of text$/;
  expect(() => loadEnv(coreEnv, { ...required(), CURSOR_KEY_FILE: undefined })).toThrow(/^CURSOR_KEY_FILE is not set$/);
  expect(() => loadEnv(coreEnv, { ...required(), CURSOR_KEY_FILE: '/no/such/file' })).toThrow(refused);
  expect(() => loadEnv(coreEnv, { ...required(), CURSOR_KEY_FILE: fileWith(`${'k'.repeat(31)}\n`, 'key') })).toThrow(refused);
});

test('certificates of authorities are optional, and a file that holds none is refused without telling its path', () => {
  const refused = /^PGSSLROOTCERT must name a readable file that holds certificates \(PEM\)$/;
  expect(loadEnv(coreEnv, required()).PGSSLROOTCERT).toBeUndefined();
  expect(() => loadEnv(coreEnv, { ...required(), PGSSLROOTCERT: '/no/such/file' })).toThrow(refused);
  expect(() => loadEnv(coreEnv, { ...required(), PGSSLROOTCERT: fileWith('not a certificate', 'ca') })).toThrow(refused);
});

test.each([
  ['GRPC_PORT', '0'],
  ['PGHOST', ''],
  ['PGPORT', 'x'],
  ['PGDATABASE', ''],
  ['PGUSER', ''],
  ['POOL_MAX', '101'],
])('%s="%s" is refused', (name, value) => {
  expect(() => loadEnv(coreEnv, { ...required(), [name]: value })).toThrow(`${name} must`);
});
