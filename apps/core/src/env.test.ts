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

test("the cursors' key is required and has 32 bytes of text or more; errors contain neither the key nor its path", () => {
  const refused = /^CURSOR_KEY_FILE must name a readable file that contains at least 32 bytes of text$/;
  expect(() => loadEnv(coreEnv, { ...required(), CURSOR_KEY_FILE: undefined })).toThrow(/^CURSOR_KEY_FILE is not set$/);
  expect(() => loadEnv(coreEnv, { ...required(), CURSOR_KEY_FILE: '/no/such/file' })).toThrow(refused);
  expect(() => loadEnv(coreEnv, { ...required(), CURSOR_KEY_FILE: fileWith(`${'k'.repeat(31)}\n`, 'key') })).toThrow(refused);
});

test('a port that is none is refused', () => {
  expect(() => loadEnv(coreEnv, { ...required(), GRPC_PORT: '0' })).toThrow('GRPC_PORT must');
});
