import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger, type Logger } from './logger.js';
import { standardOutput } from './standard-output.js';

let folder: string;
let fd: number;
let logger: Logger;

beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'standard-output-'));
  fd = openSync(join(folder, 'log'), 'a');
  logger = createLogger({ service: 'core', version: 'v1', pod: 'core-1' }, 'info', standardOutput(fd));
});

afterEach(() => {
  vi.useRealTimers();
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

const written = () => [...readFileSync(join(folder, 'log'), 'utf8').matchAll(/"msg":"(\w+)"/g)].map(([, message]) => message);

test('lines wait for each other for at most 50 ms', () => {
  logger.info('first');
  logger.info('second');
  expect(written()).toEqual([]);
  vi.advanceTimersByTime(50);
  expect(written()).toEqual(['first', 'second']);
});

test.each(['warn', 'error', 'fatal'] as const)('a line of level %s is written at once, after those that wait', (level) => {
  logger.info('before');
  logger[level]('trouble');
  expect(written()).toEqual(['before', 'trouble']);
});

test('lines of many bytes are written without a wait', () => {
  for (let line = 0; line < 100; line++) logger.info({ text: 'x'.repeat(100) }, 'long');
  expect(written().length).toBeGreaterThan(50);
});

test('nothing that waits is lost when the process ends', () => {
  logger.info('last');
  const onExit = process.listeners('exit').at(-1) as () => void; // the newest is this output's
  onExit();
  expect(written()).toEqual(['last']);
});
