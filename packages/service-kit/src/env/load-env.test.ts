import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { commonEnv } from './common.env.js';
import { ConfigurationError, loadEnv } from './load-env.js';

const complaintOf = (source: NodeJS.ProcessEnv) => {
  try {
    loadEnv(commonEnv, source);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  return undefined;
};

test('the defaults apply where only the required variable is set', () => {
  expect(loadEnv(commonEnv, { SERVICE_VERSION: 'v2' })).toEqual({
    PORT: 8080,
    SERVICE_VERSION: 'v2',
    POD_NAME: hostname(),
    LOG_LEVEL: 'info',
    FAULTS: 'off',
    DRAIN_MS: 2000,
  });
});

test('the result cannot be changed', () => {
  expect(loadEnv(commonEnv, { SERVICE_VERSION: 'v1' })).toSatisfy(Object.isFrozen);
});

test('a missing variable is named', () => {
  expect(complaintOf({})).toBe('SERVICE_VERSION is not set');
});

test('every bad variable is named with its rule', () => {
  expect(complaintOf({ PORT: '0', SERVICE_VERSION: 'one', LOG_LEVEL: 'loud', FAULTS: 'yes', DRAIN_MS: '1e3' })).toBe(
    'PORT must be a whole number from 1 to 65535; SERVICE_VERSION must look like v1; ' +
      'LOG_LEVEL must be fatal, error, warn, info, debug or silent; FAULTS must be on or off; DRAIN_MS must be a whole number from 0 to 60000',
  );
});

test.each(['', '-1', '65536', '80a', ' 80', '99999999999'])('the port "%s" is refused', (PORT) => {
  expect(complaintOf({ PORT, SERVICE_VERSION: 'v1' })).toBe('PORT must be a whole number from 1 to 65535');
});

test('the error never contains the value of a variable', () => {
  const secret = 'hunter2-very-secret';
  const schema = z.object({ TOKEN: z.string().length(3, 'must have three characters'), MODE: z.enum(['a', 'b']) });
  expect(() => loadEnv(schema, { TOKEN: secret, MODE: secret })).toThrow(expect.not.stringContaining(secret));
});
