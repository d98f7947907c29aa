import { type CoreMethod, interactions, SOME_STATE } from '@mesh-platform/contracts/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { scripted, startScriptedCore } from './scripted-core.js';
import { createWebApp, type WebApp } from './web-app.js';

const METADATA = {
  'x-request-id': 'contract-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'vendor=opaque',
};

let core: Awaited<ReturnType<typeof startScriptedCore>>;
let web: WebApp;
let url: string;

beforeAll(async () => {
  core = await startScriptedCore();
  web = await createWebApp(core.address);
  await web.listen();
  url = web.url;
});

afterAll(async () => {
  await web?.app.close();
  core?.stop();
});

beforeEach(() => {
  core.script.calls = [];
});

test.each(interactions)('for $name (given $given) web calls $method as the contract states, and answers $status', async (interaction) => {
  const { method, path, headers = {}, body } = interaction.http(SOME_STATE);
  const answer = interaction.answer(SOME_STATE);
  core.script.answer = scripted(answer);
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...METADATA, 'x-envoy-expected-rq-timeout-ms': '1500', ...(body && { 'content-type': 'application/json' }), ...headers },
    body: body ? JSON.stringify(body) : null,
  });
  const text = await response.text();
  expect(response.status, text).toBe(interaction.status);
  expect(response.headers.get('retry-after')).toBe(interaction.status === 503 ? '1' : null);

  const [call, ...others] = core.script.calls;
  expect(others).toEqual([]);
  expect([call?.method, call?.request]).toEqual([interaction.method, interaction.request(SOME_STATE)]);
  const { 'user-agent': _agent, ...metadata } = call?.metadata.getMap() ?? {};
  expect(metadata).toEqual({ ...METADATA, ...interaction.metadata });
  expect(call?.deadlineMs).toBeGreaterThan(0);
  expect(call?.deadlineMs).toBeLessThanOrEqual(1500);
});

test('the contract has every method of core', () => {
  const methods = new Set<CoreMethod>(interactions.map(({ method }) => method));
  expect([...methods].sort()).toEqual([...core.methods].sort());
});

test.each([
  [
    'a status that core never gives for the method',
    { status: 'ALREADY_EXISTS', details: '' },
    'core never answers ALREADY_EXISTS to Documents/List',
  ],
  [
    'a field that the contract does not have',
    { reply: { items: [{ id: 'x', colour: 'red' }], next: '' } },
    'core never answers items.0.colour to Documents/List',
  ],
])('a script with %s is found out', async (_, answer, complaint) => {
  const other = await startScriptedCore();
  const ofOther = await createWebApp(other.address);
  await ofOther.listen();
  other.script.answer = scripted(answer);
  await fetch(`${ofOther.url}/documents`);
  await ofOther.app.close();
  expect(() => other.stop()).toThrow(complaint);
});
