import { loadEnv } from '@mesh-platform/service-kit';
import { expect, test } from 'vitest';
import { serviceEnv } from './env.js';

test('the defaults are those of the platform', () => {
  expect(loadEnv(serviceEnv, { SERVICE_VERSION: 'v1' })).toMatchObject({ PORT: 8080, CALLEES: [], CALLEE_TIMEOUT_MS: 2000 });
});

test.each([
  ['CALLEES', 'core:9090'],
  ['CALLEE_TIMEOUT_MS', '0'],
])('%s="%s" is refused', (name, value) => {
  expect(() => loadEnv(serviceEnv, { SERVICE_VERSION: 'v1', [name]: value })).toThrow(`${name} must`);
});
