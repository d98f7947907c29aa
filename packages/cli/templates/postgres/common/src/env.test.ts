import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnv } from '@mesh-platform/service-kit';
import { afterAll, expect, test } from 'vitest';
import { serviceEnv } from './env.js';

const folder = mkdtempSync(join(tmpdir(), 'example-env-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PGPASSWORD_FILE = join(folder, 'password');
writeFileSync(PGPASSWORD_FILE, 'secret');
const required = { SERVICE_VERSION: 'v1', PGPASSWORD_FILE };

test('the defaults are those of the platform, and the database is its own', () => {
  expect(loadEnv(serviceEnv, required)).toMatchObject({
    ...{ PORT: 8080, CALLEES: [], CALLEE_TIMEOUT_MS: 2000 },
    ...{ PGHOST: 'postgres', PGPORT: 5432, PGDATABASE: 'example', PGUSER: 'example' },
  });
});

test('the file of the password is required', () => {
  expect(() => loadEnv(serviceEnv, { SERVICE_VERSION: 'v1' })).toThrow('PGPASSWORD_FILE is not set');
});

test.each([
  ['CALLEES', 'core:9090'],
  ['CALLEE_TIMEOUT_MS', '0'],
  ['POOL_MAX', '0'],
])('%s="%s" is refused', (name, value) => {
  expect(() => loadEnv(serviceEnv, { ...required, [name]: value })).toThrow(`${name} must`);
});
