import { loadEnv } from '@mesh-platform/service-kit';
import { expect, test } from 'vitest';
import { webEnv } from './env.js';

test('the defaults are those of the platform', () => {
  expect(loadEnv(webEnv, { SERVICE_VERSION: 'v1' })).toMatchObject({ PORT: 8080, CORE_ADDRESS: 'core:9090', CORE_TIMEOUT_MS: 2000 });
});

test.each([
  ['CORE_ADDRESS', 'core'],
  ['CORE_ADDRESS', 'http://core:9090'],
  ['CORE_TIMEOUT_MS', '0'],
])('%s="%s" is refused', (name, value) => {
  expect(() => loadEnv(webEnv, { SERVICE_VERSION: 'v1', [name]: value })).toThrow(`${name} must`);
});
