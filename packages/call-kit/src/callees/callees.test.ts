import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadPackageDefinition, Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { Hop } from '@mesh-platform/contracts';
import { type GetPathReply, type PathGrpcType, PROTO_FILES, PROTO_LOADING } from '@mesh-platform/contracts/grpc';
import type { Tracing } from '@mesh-platform/service-kit';
import { expect, onTestFinished, test } from 'vitest';
import { pathReply } from '../grpc-forms.js';
import type { Callee } from './callees.env.js';
import { Callees } from './callees.js';

const identity = { service: 'asker', version: 'v1', pod: 'asker-pod' };
const untraced: Tracing = { arrival: () => undefined, call: () => undefined, close: async () => {} };
const hop = (service: string): Hop => ({ service, version: 'v1', pod: `${service}-pod`, caller: null, attempts: 1, ms: 1 });

function calleesOf(CALLEES: readonly Callee[], CALLEE_TIMEOUT_MS = 2000): Callees {
  const callees = new Callees({ CALLEES, CALLEE_TIMEOUT_MS }, identity, untraced);
  onTestFinished(() => callees.onApplicationShutdown());
  return callees;
}

async function http(name: string, answer: (request: IncomingMessage, reply: ServerResponse) => void): Promise<Callee> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { name, protocol: 'http', address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function grpc(
  name: string,
  answer: (call: ServerUnaryCall<object, object>, done: sendUnaryData<GetPathReply>) => void,
): Promise<Callee> {
  const types = loadPackageDefinition(loadSync(PROTO_FILES, PROTO_LOADING)) as unknown as PathGrpcType;
  const server = new Server();
  server.addService(types.path.v1.Path.service, { Get: answer });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  onTestFinished(() => server.forceShutdown());
  return { name, protocol: 'grpc', address: `127.0.0.1:${port}` };
}

const telling =
  (...hops: Hop[]) =>
  (_: IncomingMessage, reply: ServerResponse) =>
    void reply.end(JSON.stringify({ hops }));

test('each callee is asked, over HTTP or gRPC, and its hops come in the order of the environment', async () => {
  const beta = await http('beta', telling(hop('beta'), hop('gamma')));
  const core = await grpc('core', (_, done) => done(null, pathReply([{ ...hop('core'), caller: 'spiffe://a' }])));
  expect(await calleesOf([core, beta]).hops({})).toEqual([{ ...hop('core'), caller: 'spiffe://a' }, hop('beta'), hop('gamma')]);
});

test('a callee hears who asked, in which trace, and which faults are injected', async () => {
  const given = { 'x-request-id': 'r', traceparent: 't', 'x-fault': 'beta=unavailable', cookie: 'secret' };
  const heard: unknown[] = [];
  const beta = await http('beta', ({ headers }, reply) => {
    heard.push(headers);
    telling()({} as IncomingMessage, reply);
  });
  const core = await grpc('core', ({ metadata }, done) => {
    heard.push(metadata.getMap());
    done(null, { hops: [] });
  });
  await calleesOf([beta]).hops(given);
  await calleesOf([core]).hops(given);
  const { cookie, ...handedOn } = given;
  for (const headers of heard) {
    expect(headers).toMatchObject({ ...handedOn, 'x-path-through': 'asker' });
    expect(headers).not.toHaveProperty('cookie', cookie);
  }
});

test('where calls go around, the question ends at the first service that it came through', async () => {
  const first = await http('first', () => expect.fail('first asked already'));
  const last = await http('last', telling(hop('last')));
  expect(await calleesOf([first, last]).hops({ 'x-path-through': 'first,second' })).toEqual([hop('last')]);
});

test.each([
  [403, 502, 'the mesh refused the call to beta'],
  [404, 502, 'beta gave an answer that cannot be used'],
  [503, 503, 'beta cannot answer now'],
  [504, 504, 'beta did not answer in time'],
])('a callee’s HTTP status %i is %i to the caller: %s', async (answered, problem, detail) => {
  const beta = await http('beta', (_, reply) => void reply.writeHead(answered).end());
  await expect(calleesOf([beta]).hops({})).rejects.toMatchObject({ status: problem, message: detail });
});

test.each([
  ['PERMISSION_DENIED', 502, 'the mesh refused the call to core'],
  ['UNIMPLEMENTED', 502, 'core gave an answer that cannot be used'],
  ['UNAVAILABLE', 503, 'core cannot answer now'],
  ['CANCELLED', 504, 'core did not answer in time'],
] as const)('a callee’s gRPC status %s is %i to the caller: %s', async (answered, problem, detail) => {
  const core = await grpc('core', (_, done) => done({ code: status[answered] }));
  await expect(calleesOf([core]).hops({})).rejects.toMatchObject({ status: problem, message: detail });
});

test.each([
  ['text that is no path', 'hello'],
  ['JSON that is nested deeply', `{"hops":[],"more":${'['.repeat(65)}${']'.repeat(65)}}`],
  ['an answer of more than a MiB', ' '.repeat(1024 * 1024) + JSON.stringify({ hops: [] })],
])('%s are of no use', async (_what, text) => {
  const beta = await http('beta', (_, reply) => void reply.end(text));
  await expect(calleesOf([beta]).hops({})).rejects.toMatchObject({ status: 502, message: 'beta gave an answer that cannot be used' });
});

test.each(['http', 'grpc'] as const)('a callee that is not there cannot answer now (%s)', async (protocol) => {
  const { address } = await http('gone', telling());
  const gone: Callee = { name: 'gone', protocol, address: address.replace(/:\d+$/, ':1') };
  await expect(calleesOf([gone]).hops({})).rejects.toMatchObject({ status: 503, message: 'gone cannot answer now' });
});

test('a callee has as long as the caller’s proxy still waits', async () => {
  const beta = await http('beta', () => {});
  const core = await grpc('core', () => {});
  for (const slow of [beta, core])
    await expect(calleesOf([slow], 60_000).hops({ 'x-envoy-expected-rq-timeout-ms': '50' })).rejects.toMatchObject({ status: 504 });
});
