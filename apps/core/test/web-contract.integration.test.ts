import { fileURLToPath } from 'node:url';
import { credentials, loadPackageDefinition, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { type DocumentsGrpcType, type PathGrpcType, PROTO_FILES, PROTO_LOADING } from '@mesh-platform/contracts/grpc';
import {
  type CoreAnswer,
  type Given,
  type Interaction,
  interactions,
  SOME_STATE,
  type State,
  type WireDocument,
} from '@mesh-platform/contracts/testing';
import { freePort, type RunningService, startService, until } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from './postgres.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let postgres: TestPostgres;
let core: RunningService;
let pool: ReturnType<TestPostgres['pool']>;
let clients: ReturnType<typeof clientsOf>;
let ready: () => Promise<boolean>;

beforeAll(async () => {
  postgres = await startPostgres();
  const [PORT, GRPC_PORT] = [String(await freePort()), String(await freePort())];
  core = startService(main, { ...postgres.env, PORT, GRPC_PORT, SERVICE_VERSION: 'v1', POD_NAME: 'core-pod', DRAIN_MS: '0', FAULTS: 'on' });
  ready = async () => (await fetch(`http://127.0.0.1:${PORT}/readyz`)).ok;
  await until('core to be ready', ready, 30_000);
  pool = postgres.pool();
  clients = clientsOf(`127.0.0.1:${GRPC_PORT}`);
}, 90_000);

afterAll(async () => {
  clients?.documents.close();
  await pool?.end();
  await core?.[Symbol.asyncDispose]();
  await postgres?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await pool.query('TRUNCATE documents, document_creations');
});

function clientsOf(address: string) {
  const types = loadPackageDefinition(loadSync(PROTO_FILES, PROTO_LOADING)) as unknown as DocumentsGrpcType & PathGrpcType;
  const documents = new types.documents.v1.Documents(address, credentials.createInsecure(), { 'grpc.enable_retries': 0 });
  const path = new types.path.v1.Path(address, credentials.createInsecure(), { channelOverride: documents.getChannel() });
  return { documents, path };
}

/** Asks core as web does, and returns its answer in the form of the contract. */
function ask<Reply extends object>(
  method: string,
  request: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<CoreAnswer & { reply?: Reply }> {
  const [service, name] = method.split('/') as ['Documents' | 'Path', string];
  const client = service === 'Path' ? clients.path : clients.documents;
  const call = client[name as keyof typeof client] as unknown as (...args: unknown[]) => void;
  const metadata = new Metadata();
  for (const [header, value] of Object.entries(headers)) metadata.set(header, value);
  return new Promise((resolve) => {
    call.call(client, request, metadata, { deadline: Date.now() + 20_000 }, (error: ServiceError | null, reply?: Reply) => {
      resolve(error ? { status: status[error.code] ?? '', details: error.details } : { reply: reply as Reply });
    });
  });
}

const write = async (key: string, title: string): Promise<WireDocument> => {
  const { reply } = await ask<WireDocument>('Documents/Create', { idempotencyKey: key, title, body: '# text' });
  if (!reply) throw new Error('core wrote nothing');
  return reply;
};

/** Brings core into the state that an interaction starts from. */
async function arrange(given: Given): Promise<State> {
  const key = crypto.randomUUID();
  if (given === 'no document') return { ...SOME_STATE, key };
  const older = given === 'two documents' ? await write(crypto.randomUUID(), 'older') : SOME_STATE.older;
  const document = await write(key, 'title');
  if (given === 'a deleted document') await ask('Documents/Delete', { id: document.id, revisions: [] });
  const { reply } = await ask<{ next: string }>('Documents/List', { limit: 1, cursor: '' });
  return { key, document, older, cursor: reply?.next || SOME_STATE.cursor };
}

/** Core's own ids, times and durations in the place of those that only core can know. */
function known(answer: CoreAnswer & { reply?: object }, { document }: State, given: Given): object {
  if (!answer.reply) return answer;
  const reply = answer.reply as Partial<WireDocument> & { hops?: { ms: number }[] };
  if (reply.hops) return { reply: { ...reply, hops: reply.hops.map((hop) => ({ ...hop, ms: hop.ms >= 0 ? 0 : hop.ms })) } };
  if (!reply.id) return answer;
  const { id, createdAt, updatedAt } = document;
  expect(reply.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect([reply.createdAt, reply.updatedAt]).toEqual(Array(2).fill({ seconds: expect.stringMatching(/^\d+$/), nanos: expect.any(Number) }));
  return { reply: { ...reply, updatedAt, ...(given === 'no document' && { id, createdAt }) } };
}

async function verify({ given, method, request, metadata, answer }: Interaction, state: State): Promise<void> {
  expect(known(await ask(method, request(state), metadata), state, given)).toEqual(answer(state));
}

const OUTAGES = ['no database', 'a locked table', 'a broken table'] as const;
const isOutage = ({ given }: Interaction) => (OUTAGES as readonly Given[]).includes(given);

test.each(interactions.filter((interaction) => !isOutage(interaction)))(
  'core answers $name ($method, given $given) as web expects it',
  async (interaction) => {
    await verify(interaction, await arrange(interaction.given));
  },
);

describe('an outage', () => {
  const during: Record<(typeof OUTAGES)[number], (work: () => Promise<void>) => Promise<void>> = {
    'no database': async (work) => {
      await postgres.stop();
      await work();
      await postgres.start();
      await until('core to be ready again', ready, 30_000);
    },
    'a locked table': async (work) => {
      const blocker = await pool.connect();
      await blocker.query('BEGIN; LOCK documents');
      await work();
      await blocker.query('ROLLBACK');
      blocker.release();
    },
    'a broken table': async (work) => {
      await pool.query('ALTER TABLE documents RENAME TO gone');
      await work();
      await pool.query('ALTER TABLE gone RENAME TO documents');
    },
  };

  test.each(OUTAGES)(
    'given %s, core answers every method as web expects it',
    async (given) => {
      const state = await arrange(given);
      const concerned = interactions.filter((interaction) => interaction.given === given);
      expect(concerned.length).toBe(5);
      await during[given](async () => {
        await Promise.all(concerned.map((interaction) => verify(interaction, state)));
      });
    },
    60_000,
  );
});

test('what web sends with every call, core takes up: the request, the trace, and the caller that its proxy verified', async () => {
  const headers = {
    'x-request-id': 'contract-1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'x-forwarded-client-cert': 'By=spiffe://mesh/core;URI=spiffe://mesh/web',
  };
  expect(await ask('Path/Get', {}, headers)).toMatchObject({ reply: { hops: [{ caller: 'spiffe://mesh/web' }] } });
  const line = await until('the line of the call', () => core.logs().find(({ requestId }) => requestId === 'contract-1'));
  expect(line).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', status: 'OK' });
});
