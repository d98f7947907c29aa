import { fileURLToPath } from 'node:url';
import { credentials, makeGenericClientConstructor, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { PROTO_ROOT } from '@mesh-platform/contracts/grpc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp } from './example-app.js';

const proto = loadSync(['example/v1/example.proto', 'path/v1/path.proto'], {
  includeDirs: [fileURLToPath(new URL('../proto', import.meta.url)), PROTO_ROOT],
});
let callee: Awaited<ReturnType<typeof startApp>>;
let running: Awaited<ReturnType<typeof startApp>>;

beforeAll(async () => {
  callee = await startApp();
  running = await startApp(`callee=grpc://${callee.address}`);
});
afterAll(async () => {
  await running?.close();
  await callee?.close();
});

/** What one method answers to an empty message. */
function ask(service: string, method: string): Promise<object> {
  const Client = makeGenericClientConstructor(proto[service] as ServiceDefinition, service);
  const client = new Client(running.address, credentials.createInsecure());
  return new Promise<object>((resolve, reject) => {
    client[method]?.({}, (error: Error | null, reply: object) => (error ? reject(error) : resolve(reply)));
  }).finally(() => client.close());
}

test('answers with a greeting, its name and its version', async () => {
  expect(await ask('example.v1.Example', 'Hello')).toEqual({ hello: 'example', version: 'v1' });
});

test('the path has its own hop, and then those of its callees', async () => {
  const own = { service: 'example', version: 'v1', pod: 'example-test', attempts: 1 };
  expect(await ask('path.v1.Path', 'Get')).toEqual({ hops: [expect.objectContaining(own), expect.objectContaining(own)] });
});

test('is ready, and answers /readyz with 200 over HTTP', async () => {
  expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
});
