import { evaluate } from '@marcbachmann/cel-js';
import { expect, it } from 'vitest';
import { accessLogTelemetry } from './access-log.ts';

/** What Envoy knows of a request; a number is a 64-bit integer there. */
interface Request {
  readonly response: Readonly<Record<string, bigint>>;
  readonly upstream?: Readonly<Record<string, bigint>>;
  readonly request?: { readonly id?: string; readonly headers?: Readonly<Record<string, string>> };
}

const GRPC = { 'content-type': 'application/grpc+proto' };

function isLogged(successes: '1/16' | '1/256' | 'none', { response, upstream = {}, request = {} }: Request): boolean {
  const [logging] = accessLogTelemetry({ namespace: 'a' }, successes).spec.accessLogging ?? [];
  return evaluate(logging?.filter?.expression ?? '', { response, upstream, request: { headers: {}, ...request } }) as boolean;
}

const good = { response: { code: 200n, flags: 0n }, upstream: { request_attempt_count: 1n }, request: { id: 'ffffffff-0000' } };

it('logs everything by default, without a filter', () => {
  expect(accessLogTelemetry({ namespace: 'a' }).spec.accessLogging).toEqual([{ providers: [{ name: 'envoy' }] }]);
});

it.each<[string, Request]>([
  ['a TCP connection', { response: { flags: 0n } }],
  ['a client that left', { ...good, response: { code: 0n, flags: 0n } }],
  ['a 404', { ...good, response: { code: 404n, flags: 0n } }],
  ['a 503', { ...good, response: { code: 503n, flags: 0n } }],
  ['a flag of Envoy', { ...good, response: { code: 200n, flags: 64n } }],
  ['a gRPC status', { ...good, response: { code: 200n, flags: 0n, grpc_status: 14n }, request: { id: 'f', headers: GRPC } }],
  ['a retry that succeeded', { ...good, upstream: { request_attempt_count: 2n } }],
])('logs %s at every setting', (_, request) => {
  expect((['1/16', '1/256', 'none'] as const).map((successes) => isLogged(successes, request))).toEqual([true, true, true]);
});

it.each([
  ['ffffffff-1', [false, false, false]],
  ['0fffffff-1', [true, false, false]],
  ['00ffffff-1', [true, true, false]],
])('logs the success of request %s by its id', (id, expected) => {
  const grpc = { ...good, response: { code: 200n, flags: 0n, grpc_status: 0n }, request: { id, headers: GRPC } };
  const http = { ...good, response: { code: 200n, flags: 0n, grpc_status: 2n }, request: { id } }; // Envoy's, of a response that is not gRPC
  for (const request of [grpc, http])
    expect((['1/16', '1/256', 'none'] as const).map((successes) => isLogged(successes, request))).toEqual(expected);
});

it('logs no success of a request without an id, nor of one that no upstream was asked for', () => {
  expect(isLogged('1/16', { response: { code: 200n, flags: 0n } })).toBe(false);
});
