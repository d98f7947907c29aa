import { expect, it } from 'vitest';
import type { RequestHop, RequestSpan } from '../snapshot.ts';
import { piecesOf } from './waterfall.ts';

const hop = (at: string, direction: string, startedAt: number, more: Partial<RequestHop> = {}): RequestHop => ({
  ...{ at, direction, startedAt, status: '200', attempts: 1, milliseconds: 5 },
  ...more,
});
const span = (service: string, kind: RequestSpan['kind'], startedAt: number, more: Partial<RequestSpan> = {}): RequestSpan => ({
  ...{ id: `${service}${startedAt}`, service, version: 'v1', kind, name: 'GET /path', startedAt, milliseconds: 2 },
  ...more,
});

it('shows what each proxy logged next to what its service traced, in the order of travel, with retries', () => {
  const pieces = piecesOf({
    hops: [
      hop('gateway', 'outbound', 1_000, { callee: 'web' }),
      hop('web v1', 'inbound', 1_001),
      hop('web v1', 'outbound', 1_002, { callee: 'core', attempts: 2, message: 'web asked core 2 times' }),
      hop('core v1', 'inbound', 1_003, { status: '503', message: 'core failed' }),
      hop('core v1', 'inbound', 1_006),
    ],
    spans: [
      span('core', 'server', 1_003.5, { status: 'UNAVAILABLE', failure: 'UNAVAILABLE' }),
      span('core', 'server', 1_006.5, { status: 'OK', attempt: 2 }),
      span('web', 'server', 1_001.5, { status: '200' }),
      span('web', 'client', 1_002.25),
    ],
  });
  expect(pieces.map(({ by, what, result, isOff, after }) => [by, what, result, isOff, after])).toEqual([
    ['proxy', 'gateway → web', '200', false, 0],
    ['proxy', 'web v1 is called', '200', false, 1],
    ['service', 'web v1 answers GET /path', '200', false, 1.5],
    ['service', 'web v1 calls GET /path', '', false, 2.25],
    ['proxy', 'web v1 → core', '200, 2 attempts', true, 2],
    ['proxy', 'core v1 is called', '503', true, 3],
    ['service', 'core v1 answers GET /path', 'UNAVAILABLE', true, 3.5],
    ['proxy', 'core v1 is called', '200', false, 6],
    ['service', 'core v1 answers GET /path', 'OK, attempt 2', false, 6.5],
  ]);
});

it('has only the spans while no proxy has logged the request, and nothing of nothing', () => {
  expect(piecesOf({ hops: [], spans: [span('web', 'server', 7)] })).toMatchObject([{ what: 'web v1 answers GET /path', after: 0 }]);
  expect(piecesOf({ hops: [], spans: [] })).toEqual([]);
});
