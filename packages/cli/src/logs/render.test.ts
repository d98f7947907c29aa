import { expect, test } from 'vitest';
import type { Failure } from './failures.ts';
import { renderFailure, renderLine } from './render.ts';

const time = Date.parse('2026-11-25T14:03:05.120Z');
const line = {
  service: 'web',
  version: 'v1',
  pod: 'web-v1-1',
  time,
  level: 'info',
  message: 'request',
  requestId: 'r-1',
  fields: { status: 200 },
};

test('a line names its time, service, level and request', () => {
  expect(renderLine(line)).toBe('14:03:05.120  web v1      info   request  status=200  request=r-1\n');
});

test('the stack of an error follows its line', () => {
  const failed = { ...line, requestId: undefined, fields: { err: { message: 'no', stack: 'Error: no\n    at f (a.js:1)' } } };
  expect(renderLine(failed)).toBe('14:03:05.120  web v1      info   request  err="no"\n    Error: no\n        at f (a.js:1)\n');
});

test('a failure shows its route, its log lines, the cause and a hint', () => {
  const explanation = { code: 'UH', message: 'no pod', hint: 'look' };
  const hop = {
    time: Date.parse('2026-11-24T14:03:05.120Z'),
    service: 'web',
    version: 'v1',
    pod: 'web-v1-1',
    status: 503,
    grpcStatus: undefined,
    attempts: 1,
    durationMs: 2,
    caller: undefined,
  };
  const failure: Failure = {
    time,
    requestId: 'r-1',
    what: 'GET /path',
    status: 503,
    durationMs: 4,
    recovered: false,
    cause: { ...explanation, service: 'web' },
    hops: [
      { ...hop, direction: 'inbound', flags: [], callee: undefined, explanation: undefined },
      { ...hop, direction: 'outbound', flags: ['UH'], callee: 'core', attempts: 3, explanation },
    ],
    lines: [line],
    count: 1,
  };
  expect(renderFailure(failure)).toBe(`14:03:05.120  GET /path  503 after 4 ms  request r-1
  ✓ web v1 answers  503 2 ms
  ✗ web v1 → core  503 UH 3 attempts 2 ms  no pod
      14:03:05.120  web v1      info   request  status=200
  why  no pod
  →    look

`);
});
