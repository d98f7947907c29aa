import { startPostgres, type TestPostgres } from '@mesh-platform/postgres-kit/testing';
import { until } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp } from './example-app.js';

let postgres: TestPostgres;
let callee: Awaited<ReturnType<typeof startApp>>;
let running: Awaited<ReturnType<typeof startApp>>;

const ready = async () => (await fetch(`${running.url}/readyz`)).ok;

beforeAll(async () => {
  postgres = await startPostgres({ database: 'example', role: 'example' });
  callee = await startApp(postgres);
  running = await startApp(postgres, `callee=http://${callee.address}`);
  await until('it to be ready', ready);
}, 60_000);
afterAll(async () => {
  await running?.close();
  await callee?.close();
  await postgres?.[Symbol.asyncDispose]();
});

/** Its greeting. */
const hello = async () => (await (await fetch(`${running.url}/hello`)).json()) as { hello: string; version: string; greetings: number };

test('answers with a greeting, its name, its version and the count of greetings', async () => {
  const { greetings } = await hello();
  expect(await hello()).toEqual({ hello: 'example', version: 'v1', greetings: greetings + 1 });
});

test('greetings that are given at once are each counted, by both of its processes', async () => {
  const { greetings } = await hello();
  const both = [running.url, callee.url].flatMap((url) => Array.from({ length: 5 }, () => fetch(`${url}/hello`)));
  expect((await Promise.all(both)).map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect((await hello()).greetings).toBe(greetings + 11);
});

test('the path has its own hop, and then those of its callees', async () => {
  const { hops } = (await (await fetch(`${running.url}/path`)).json()) as { hops: object[] };
  const own = { service: 'example', version: 'v1', pod: 'example-test', caller: null, attempts: 1 };
  expect(hops).toEqual([expect.objectContaining(own), expect.objectContaining(own)]);
});

test('what it does not have is a problem document', async () => {
  const answer = await fetch(`${running.url}/nothing`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
});

test('without its database it is not ready, still answers the path, and goes on from its count when the database is back', async () => {
  const { greetings } = await hello();
  await postgres.stop();
  await until('it to be unready', async () => !(await ready()));
  const answer = await fetch(`${running.url}/hello`);
  expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([
    503,
    '1',
    expect.objectContaining({ detail: 'the database cannot be reached' }),
  ]);
  expect((await fetch(`${running.url}/path`)).status).toBe(200);
  await postgres.start();
  await until('it to be ready again', ready);
  expect((await hello()).greetings).toBe(greetings + 1);
});
