import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp } from './example-app.js';

let callee: Awaited<ReturnType<typeof startApp>>;
let running: Awaited<ReturnType<typeof startApp>>;

beforeAll(async () => {
  callee = await startApp();
  running = await startApp(`callee=http://${callee.address}`);
});
afterAll(async () => {
  await running?.close();
  await callee?.close();
});

test('answers with a greeting, its name and its version', async () => {
  const answer = await fetch(`${running.url}/hello`);
  expect(await answer.json()).toEqual({ hello: 'example', version: 'v1' });
  expect(answer.headers.get('x-served-by')).toBe('example/v1');
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
