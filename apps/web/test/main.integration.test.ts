import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import * as consumers from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { freePort, startService, until } from '@mesh-platform/service-kit/testing';
import { expect, test } from 'vitest';
import { startScriptedCore } from './scripted-core.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

test('on SIGTERM readiness fails first, a request in flight finishes, and web exits 0', async () => {
  const core = await startScriptedCore();
  const { promise: released, resolve: release } = Promise.withResolvers<object>();
  core.script.answer = () => released;
  const PORT = String(await freePort());
  await using web = startService(main, { PORT, CORE_ADDRESS: core.address, SERVICE_VERSION: 'v1', DRAIN_MS: '300' });
  const url = `http://127.0.0.1:${PORT}`;
  const agent = new Agent({ keepAlive: true });
  try {
    await until('web to be ready', async () => (await fetch(`${url}/readyz`)).ok);
    const inFlight = getOver(agent, `${url}/documents`);
    await until('the request to reach core', () => core.script.calls.length === 1);
    web.signal('SIGTERM');
    await until('readiness to fail', async () => (await fetch(`${url}/readyz`)).status === 503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await until('web to close its port', () =>
      fetch(`${url}/healthz`).then(
        () => false,
        () => true,
      ),
    );
    release({ items: [], next: '' });
    expect(await inFlight).toEqual({ status: 200, connection: 'close' });
    expect(await web.exited).toBe(0);
  } finally {
    agent.destroy();
    core.stop();
  }
}, 30_000);

test('a request that was on its way when web began to close is served, not refused', async () => {
  const core = await startScriptedCore();
  const { promise: released, resolve: release } = Promise.withResolvers<object>();
  core.script.answer = () => released;
  const PORT = await freePort();
  await using web = startService(main, { PORT: String(PORT), CORE_ADDRESS: core.address, SERVICE_VERSION: 'v1', DRAIN_MS: '0' });
  const url = `http://127.0.0.1:${PORT}`;
  try {
    await until('web to be ready', async () => (await fetch(`${url}/readyz`)).ok);
    const late = connect(PORT, '127.0.0.1').setEncoding('utf8');
    late.write('GET /openapi.json HTTP/1.1\r\nhost: web\r\n'); // its last line is still to come
    const inFlight = fetch(`${url}/documents`); // keeps web from ending
    await until('the request to reach core', () => core.script.calls.length === 1);
    web.signal('SIGTERM');
    await until('web to close its port', () =>
      fetch(`${url}/healthz`).then(
        () => false,
        () => true,
      ),
    );
    late.write('\r\n');
    const answer = await consumers.text(late);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/^connection: close\r$/im);
    release({ items: [], next: '' });
    expect((await inFlight).status).toBe(200);
    expect(await web.exited).toBe(0);
  } finally {
    core.stop();
  }
}, 30_000);

test('a request that never ends is closed after the bound, with exit 1', async () => {
  const core = await startScriptedCore();
  core.script.answer = () => new Promise(() => {});
  const PORT = String(await freePort());
  const env = { PORT, CORE_ADDRESS: core.address, CORE_TIMEOUT_MS: '60000', SERVICE_VERSION: 'v1', DRAIN_MS: '0' };
  await using web = startService(main, env);
  try {
    await until('web to be ready', async () => (await fetch(`http://127.0.0.1:${PORT}/readyz`)).ok);
    const inFlight = fetch(`http://127.0.0.1:${PORT}/documents`).catch(() => 'broken');
    await until('the request to reach core', () => core.script.calls.length === 1);
    web.signal('SIGTERM');
    expect(await web.exited).toBe(1);
    expect(await inFlight).toBe('broken');
    expect(web.output()).toContain('requests in flight did not finish in time');
  } finally {
    core.stop();
  }
}, 30_000);

test('a log line of a request has its route and no query, and health is not logged', async () => {
  const core = await startScriptedCore();
  const PORT = String(await freePort());
  await using web = startService(main, { PORT, CORE_ADDRESS: core.address, SERVICE_VERSION: 'v1', POD_NAME: 'web-1' });
  try {
    await until('web to be ready', async () => (await fetch(`http://127.0.0.1:${PORT}/readyz`)).ok);
    const headers = {
      'x-request-id': 'r-1',
      'x-envoy-attempt-count': '2',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    await fetch(`http://127.0.0.1:${PORT}/documents?cursor=private`, { headers });
    const line = await until('the line of the request', () => web.logs().find(({ msg }) => msg === 'request'));
    expect(line).toMatchObject({
      service: 'web',
      version: 'v1',
      pod: 'web-1',
      requestId: 'r-1',
      attempt: 2,
      traceId: '0af7651916cd43dd8448eb211c80319c',
      method: 'GET',
      path: '/documents',
      status: 200,
      ms: expect.any(Number),
    });
    expect(web.output()).not.toMatch(/private|readyz/);
  } finally {
    core.stop();
  }
}, 30_000);

test('a bad configuration stops the start and names the variables, never their values', async () => {
  await using web = startService(main, { PORT: 'secret-port', CORE_ADDRESS: 'secret address' });
  expect(await web.exited).toBe(1);
  expect(web.output()).toBe(
    'web did not start: PORT must be a whole number from 1 to 65535; SERVICE_VERSION is not set; CORE_ADDRESS must look like host:port\n',
  );
});

function getOver(agent: Agent, url: string): Promise<{ status: number | undefined; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { agent }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }));
    })
      .on('error', reject)
      .end();
  });
}
