import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnv } from '@mesh-platform/service-kit';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { databaseEnv } from './database.env.js';

const folder = mkdtempSync(join(tmpdir(), 'database-env-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileWith = (content: string) => {
  const path = join(folder, crypto.randomUUID());
  writeFileSync(path, content);
  return path;
};

const schema = z.object(databaseEnv({ database: 'my_cart', role: 'my-cart' }));
const required = () => ({ PGPASSWORD_FILE: fileWith('secret\n') });

test('the database and its role are the service’s own, and the rest is the platform’s', () => {
  expect(loadEnv(schema, required())).toMatchObject({
    PGHOST: 'postgres',
    PGPORT: 5432,
    PGDATABASE: 'my_cart',
    PGUSER: 'my-cart',
    POOL_MAX: 10,
  });
});

test('the password file is required, must exist and must not be blank; errors do not contain its path', () => {
  const refused = /^PGPASSWORD_FILE must name a readable file that contains the password$/;
  expect(() => loadEnv(schema, { ...required(), PGPASSWORD_FILE: undefined })).toThrow(/^PGPASSWORD_FILE is not set$/);
  expect(() => loadEnv(schema, { ...required(), PGPASSWORD_FILE: '/no/such/file' })).toThrow(refused);
  expect(() => loadEnv(schema, { ...required(), PGPASSWORD_FILE: fileWith(' \n') })).toThrow(refused);
});

test('certificates of authorities are optional; a file without one is refused, and the error does not contain its path', () => {
  const refused = /^PGSSLROOTCERT must name a readable file that contains certificates \(PEM\)$/;
  expect(loadEnv(schema, required()).PGSSLROOTCERT).toBeUndefined();
  expect(() => loadEnv(schema, { ...required(), PGSSLROOTCERT: '/no/such/file' })).toThrow(refused);
  expect(() => loadEnv(schema, { ...required(), PGSSLROOTCERT: fileWith('not a certificate') })).toThrow(refused);
});

test('a login in a file is optional; a file without both parts is refused, and the error contains neither', () => {
  const refused = /^PGLOGIN_FILE must name a readable file that contains username and password as JSON$/;
  const login = (content: string) => loadEnv(schema, { ...required(), PGLOGIN_FILE: fileWith(content) });
  expect(login('{"username":"my-cart_1","password":"secret"}').PGLOGIN_FILE).toBeDefined();
  for (const wrong of ['{"username":"my-cart_1"}', '{"password":"secret"}', 'my-cart_1 secret', 'null'])
    expect(() => login(wrong)).toThrow(refused);
});

test.each([
  ['PGHOST', ''],
  ['PGPORT', 'x'],
  ['PGDATABASE', ''],
  ['PGUSER', ''],
  ['POOL_MAX', '101'],
])('%s="%s" is refused', (name, value) => {
  expect(() => loadEnv(schema, { ...required(), [name]: value })).toThrow(`${name} must`);
});
