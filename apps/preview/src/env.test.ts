import { loadEnv } from '@mesh-platform/service-kit';
import { expect, test } from 'vitest';
import { previewEnv } from './env.js';

test('the defaults are those of the platform', () => {
  expect(loadEnv(previewEnv, { SERVICE_VERSION: 'v1' })).toMatchObject({ PORT: 8080, WEB_URL: 'http://web:8080', WEB_TIMEOUT_MS: 3000 });
});

test.each([
  ['WEB_URL', 'web:8080'],
  ['WEB_URL', 'http://user:password@web:8080'],
  ['WEB_URL', 'http://web:8080/path'],
  ['WEB_TIMEOUT_MS', '0'],
])('%s="%s" is refused', (name, value) => {
  expect(() => loadEnv(previewEnv, { SERVICE_VERSION: 'v1', [name]: value })).toThrow(`${name} must`);
});
