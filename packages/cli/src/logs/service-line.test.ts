import { expect, test } from 'vitest';
import { describeServiceLine, parseServiceLine, stacksOf } from './service-line.ts';

const writer = { service: 'core', version: 'v1', pod: 'core-v1-1' };
const time = '2026-11-25T14:03:05.120123456Z';

test('a line of pino gives its level, its message, its request and its other fields', () => {
  const text = JSON.stringify({ level: 'warn', time: 'x', ...writer, requestId: 'r-1', attempt: 2, ms: 4.1, msg: 'call' });
  expect(parseServiceLine({ time, text }, writer)).toEqual({
    ...writer,
    time: Date.parse('2026-11-25T14:03:05.120Z'),
    level: 'warn',
    message: 'call',
    requestId: 'r-1',
    fields: { attempt: 2, ms: 4.1 },
  });
});

test.each([
  ['plain text is kept as it is', 'database system is starting', 'info', 'database system is starting'],
  ['what looks like JSON and is none too', '{"level":', 'info', '{"level":'],
  ['PostgreSQL’s log', '2026-11-25 15:00:00.123 UTC [1] LOG:  database system is ready', 'info', 'database system is ready'],
  ['PostgreSQL’s error', '2026-11-25 15:00:00.123 UTC [71] ERROR:  relation "x" does not exist', 'error', 'relation "x" does not exist'],
  [
    'PostgreSQL’s end',
    '2026-11-25 15:00:00.123 UTC [71] FATAL:  the database system is shutting down',
    'fatal',
    'the database system is shutting down',
  ],
])('%s', (_, text, level, message) => {
  expect(parseServiceLine({ time, text }, writer)).toMatchObject({ level, message, fields: {} });
});

test.each([
  ['only a message', { message: 'started', fields: {} }, 'started'],
  ['fields follow the message', { message: 'request', fields: { method: 'GET', status: 200 } }, 'request  method=GET status=200'],
  ['a value with a space, a quote or nothing is quoted', { message: '', fields: { a: 'b c', d: 'e"f', g: '' } }, 'a="b c" d="e\\"f" g=""'],
  ['an object is JSON', { message: 'm', fields: { a: { b: [1] } } }, 'm  a={"b":[1]}'],
  [
    'an error is its message',
    { message: 'call failed', fields: { err: { message: 'no "x"', stack: 'Error: no' } } },
    'call failed  err="no \\"x\\""',
  ],
])('%s', (_, line, text) => {
  expect(describeServiceLine(line)).toBe(text);
});

test('the stacks of a line’s errors are printed apart from it', () => {
  expect(stacksOf({ fields: { err: { message: 'no', stack: 'Error: no\n    at f (a.js:1)' }, ms: 4 } })).toBe(
    'Error: no\n    at f (a.js:1)',
  );
  expect(stacksOf({ fields: { ms: 4, stack: 'text' } })).toBe('');
});
