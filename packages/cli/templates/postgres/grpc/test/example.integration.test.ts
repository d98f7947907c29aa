import { fileURLToPath } from 'node:url';
import { credentials, makeGenericClientConstructor, type ServiceDefinition, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { PROTO_ROOT } from '@mesh-platform/contracts/grpc';
import { startPostgres, type TestPostgres } from '@mesh-platform/postgres-kit/testing';
import { until } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp } from './example-app.js';

const proto = loadSync(['example/v1/example.proto', 'path/v1/path.proto'], {
  includeDirs: [fileURLToPath(new URL('../proto', import.meta.url)), PROTO_ROOT],
  longs: Number,
});
let postgres: TestPostgres;
let callee: Awaited<ReturnType<typeof startApp>>;
let running: Awaited<ReturnType<typeof startApp>>;

const ready = async () => (await fetch(`${running.url}/readyz`)).ok;

beforeAll(async () => {
  postgres = await startPostgres({ database: 'example', role: 'example' });
  callee = await startApp(postgres);
  running = await startApp(postgres, `callee=grpc://${callee.address}`);
  await until('it to be ready', ready);
}, 60_000);
afterAll(async () => {
  await running?.close();
  await callee?.close();
  await postgres?.[Symbol.asyncDispose]();
});

/** What one method answers to an empty message. */
function ask(service: string, method: string): Promise<object> {
  const Client = makeGenericClientConstructor(proto[service] as ServiceDefinition, service);
  const client = new Client(running.address, credentials.createInsecure());
  return new Promise<object>((resolve, reject) => {
    client[method]?.({}, (error: Error | null, reply: object) => (error ? reject(error) : resolve(reply)));
  }).finally(() => client.close());
}

const hello = async () => (await ask('example.v1.Example', 'Hello')) as { greetings: number };

test('answers with a greeting, its name, its version and the count of greetings', async () => {
  const { greetings } = await hello();
  expect(await hello()).toEqual({ hello: 'example', version: 'v1', greetings: greetings + 1 });
});

test('the path has its own hop, and then those of its callees', async () => {
  const own = { service: 'example', version: 'v1', pod: 'example-test', attempts: 1 };
  expect(await ask('path.v1.Path', 'Get')).toEqual({ hops: [expect.objectContaining(own), expect.objectContaining(own)] });
});

test('without its database it is not ready, and goes on from its count when the database is back', async () => {
  const { greetings } = await hello();
  await postgres.stop();
  await until('it to be unready', async () => !(await ready()));
  await expect(hello()).rejects.toMatchObject({ code: status.UNAVAILABLE, details: 'the database cannot be reached' });
  await postgres.start();
  await until('it to be ready again', ready);
  expect((await hello()).greetings).toBe(greetings + 1);
});
