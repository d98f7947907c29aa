import { commonEnv, loadEnv } from '@mesh-platform/service-kit';
import { expect, test } from 'vitest';
import { calleesEnv } from './callees.env.js';

const read = (CALLEES?: string) =>
  loadEnv(commonEnv.extend(calleesEnv), { SERVICE_VERSION: 'v1', ...(CALLEES !== undefined && { CALLEES }) });

test.each([undefined, ''])('a service without a word about callees (%j) has none', (text) => {
  expect(read(text)).toMatchObject({ CALLEES: [], CALLEE_TIMEOUT_MS: 2000 });
});

test('callees are read in their order', () => {
  expect(read('core=grpc://core:9090,my-web=http://my-web:8080').CALLEES).toEqual([
    { name: 'core', protocol: 'grpc', address: 'core:9090' },
    { name: 'my-web', protocol: 'http', address: 'my-web:8080' },
  ]);
});

test.each(['core', 'core=core:9090', 'core=tcp://core:1', 'core=http://core', 'Core=http://core:1', 'core=http://core:1/path'])(
  'CALLEES="%s" is refused',
  (text) => {
    expect(() => read(text)).toThrow('CALLEES must list callees');
  },
);
