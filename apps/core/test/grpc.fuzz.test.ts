import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition } from '@grpc/proto-loader';
import { PROTO_FILES, PROTO_LOADING } from '@mesh-platform/contracts/grpc';
import { fuzz, mutatedBytes, mutatedValue } from '@mesh-platform/fuzz-kit';
import { until } from '@mesh-platform/service-kit/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { startCore } from './core-app.js';
import { coreClient } from './core-client.js';
import { startPostgres, type TestPostgres } from './postgres.js';

const DEADLINE_MS = 20_000;
const KEY = 'fuzz-key';
const UNKNOWN_ID = '0198c5a0-0000-7000-8000-000000000000';

let postgres: TestPostgres;
let core: Awaited<ReturnType<typeof startCore>>;
let client: Client;
let storedId = '';

beforeAll(async () => {
  postgres = await startPostgres();
  core = await startCore(postgres);
  await until('core to be ready', core.ready, 30_000);
  const documents = coreClient(core.env.GRPC_PORT);
  storedId = (await documents.create({ idempotencyKey: KEY, title: 'stored', body: 'b' })).id;
  documents.close();
  client = new Client(`127.0.0.1:${core.env.GRPC_PORT}`, credentials.createInsecure(), { 'grpc.enable_retries': 0 });
}, 60_000);

afterAll(async () => {
  client?.close();
  await core?.app.close();
  await postgres?.[Symbol.asyncDispose]();
});

const definitions = loadSync(PROTO_FILES, PROTO_LOADING);
const methodsOf = (service: string) => definitions[service] as unknown as Readonly<Record<string, MethodDefinition<object, object>>>;
const method = (name: string) => methodsOf('documents.v1.Documents')[name] as MethodDefinition<object, object>;

/** Stands for the id of the stored document, which no generator knows. */
const STORED = '00000000-0000-7000-8000-00000000fffe';
const requests: readonly (readonly [string, object])[] = [
  ['Create', { idempotencyKey: KEY, title: 'stored', body: 'b' }],
  ['Create', { idempotencyKey: 'another-key', title: 't', body: '# body\n🙂' }],
  ['Get', { id: STORED }],
  ['Get', { id: UNKNOWN_ID }],
  ['List', { limit: 2, cursor: '' }],
  ['Update', { id: STORED, revisions: [1, 2, 2_147_483_647], title: 't', body: 'b' }],
  ['Update', { id: STORED, revisions: [], title: 't', body: 'b' }],
  ['Delete', { id: UNKNOWN_ID, revisions: [1] }],
  ['Delete', { id: STORED, revisions: [999] }],
];
const serialized = (name: string, request: object): Buffer | undefined => {
  try {
    return method(name).requestSerialize(request);
  } catch {
    return undefined; // of a type that protobuf cannot write
  }
};

const junk = [
  '',
  ' ',
  'a\0b',
  '\ud800',
  'x'.repeat(201),
  '🙂'.repeat(201),
  STORED,
  STORED.toUpperCase(),
  'null',
  -1,
  0,
  101,
  1.5,
  2 ** 31,
  2 ** 32 + 1,
  Number.NaN,
  [1, 2],
  [-1],
  null,
  {},
  KEY,
];
const fields = [
  Buffer.of(0x0a, 0x00),
  Buffer.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f),
  Buffer.of(0x08, 0x80, 0x80, 0x80, 0x80, 0x10),
  Buffer.of(0xff),
  Buffer.of(0xc3, 0x28),
  Buffer.of(0x0b),
  Buffer.of(0x0c),
  Buffer.of(0x12, 0x01, 0x00),
  Buffer.from(STORED),
  Buffer.alloc(10, 0x80),
];
const calls = fc.constantFrom(...requests).chain(([name, request]) =>
  fc.record({
    path: fc.oneof(
      { weight: 30, arbitrary: fc.constant(method(name).path) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '/documents.v1.Documents/Nothing',
          '/path.v1.Path/Get',
          '/',
          '/a/b/c',
          '/documents.v1.Documents/__proto__',
          `/${'x'.repeat(4_000)}`,
        ),
      },
    ),
    message: fc.oneof(
      { weight: 100, arbitrary: mutatedBytes({ corpus: [serialized(name, request) ?? Buffer.alloc(0)], tokens: fields }) },
      {
        weight: 100,
        arbitrary: mutatedValue({ corpus: [request], junk, plain: true }).map(
          (value) => serialized(name, Object(value)) ?? Buffer.alloc(0),
        ),
      },
      {
        weight: 1,
        arbitrary: fc
          .integer({ min: 0, max: 600 * 1024 })
          .map((size) => serialized('Create', { idempotencyKey: 'k', title: 't', body: 'x'.repeat(size) }) ?? Buffer.alloc(0)),
      },
    ),
    headers: fc.dictionary(
      fc.constantFrom('x-request-id', 'traceparent', 'tracestate', 'x-fault', 'grpc-timeout', 'x-envoy-attempt-count', 'user-agent', 'x-a'),
      fc.oneof(
        fc.constantFrom('', 'r-1', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'core=unavailable', '-1', 'x'.repeat(2_000)),
        fc.string({ maxLength: 20 }),
      ),
      { maxKeys: 2 },
    ),
  }),
);

type Call = typeof calls extends fc.Arbitrary<infer Value> ? Value : never;

/** The status of a call, sent as the bytes that it is. */
function answerTo({ path, message, headers }: Call): Promise<Pick<ServiceError, 'code' | 'details'>> {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value.replace(/[^\x20-\x7e]/g, '?'));
  const bytes = Buffer.from(message.toString('latin1').replaceAll(STORED, storedId), 'latin1');
  return new Promise((resolve) => {
    const same = (buffer: Buffer) => buffer;
    const options = { deadline: Date.now() + DEADLINE_MS };
    client.makeUnaryRequest(path, same, same, bytes, metadata, options, (error) => resolve(error ?? { code: status.OK, details: '' }));
  });
}

const CONTRACT = ['OK', 'INVALID_ARGUMENT', 'NOT_FOUND', 'ABORTED', 'ALREADY_EXISTS', 'UNIMPLEMENTED', 'RESOURCE_EXHAUSTED'];

test('any call is answered with a status of the contract and without a word about the inside', async () => {
  await fuzz({
    name: 'gRPC',
    file: import.meta.filename,
    inputs: calls,
    outcomes: CONTRACT,
    cpuMs: 500,
    memoryMiB: 160,
    check: async (call) => {
      const { code, details } = await answerTo(call);
      if (!CONTRACT.includes(status[code])) throw new Error(`${status[code]}: ${details}`);
      if (/\n\s+at |node_modules|\.[jt]s:\d/.test(details)) throw new Error(`details show the inside: ${details}`);
      return status[code];
    },
  });
});
