import { expect, test } from 'vitest';
import { ConfigurationError } from './env/load-env.js';
import { explain } from './shutdown.js';

test('a configuration error is one line without a stack', () => {
  expect(explain(new ConfigurationError('PORT is not set'), 'web did not start')).toBe('web did not start: PORT is not set');
});

test('any other error shows where it came from', () => {
  expect(explain(new Error('boom'), 'web did not start')).toMatch(/^web did not start: Error: boom\n\s+at /);
});
