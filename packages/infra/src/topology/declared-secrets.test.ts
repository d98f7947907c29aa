import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { declaredSecrets } from './declared-secrets.ts';

let apps = '';
beforeAll(async () => {
  apps = await mkdtemp(join(tmpdir(), 'mesh-platform-secrets-'));
});
afterAll(() => rm(apps, { recursive: true, force: true }));

async function declaring(service: string, text: string) {
  await mkdir(join(apps, service, 'deploy'), { recursive: true });
  await writeFile(join(apps, service, 'deploy/secrets.yaml'), text);
  return declaredSecrets([{ name: service }], apps);
}

test('reads the name and the key of each Secret of a service', async () => {
  expect(await declaring('stock', '# why\nstock-api-key: key\nstock-salt: value\n')).toEqual([
    { service: 'stock', name: 'stock-api-key', key: 'key' },
    { service: 'stock', name: 'stock-salt', key: 'value' },
  ]);
});

test('a service without the file has none', async () => {
  expect(await declaredSecrets([{ name: 'postgres' }], apps)).toEqual([]);
});

test.each([
  ['cart', 'stock-api-key: key', 'declares no Secret of cart: stock-api-key'],
  ['shop', 'shop-api-key: [a, b]', 'declares no Secret of shop: shop-api-key'],
  ['page', 'a text', 'declares no Secret of page: 0'],
  ['none', '# none yet', 'cannot be read: expected a document'],
  ['half', 'a: [', 'cannot be read: '],
])('names the file of %s, which has %j', async (service, text, message) => {
  await expect(declaring(service, text)).rejects.toThrow(`${service}/deploy/secrets.yaml ${message}`);
});
