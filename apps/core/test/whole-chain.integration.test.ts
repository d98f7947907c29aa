import { fileURLToPath } from 'node:url';
import { freePort, startService, until } from '@mesh-platform/service-kit/testing';
import { expect, test } from 'vitest';
import { startPostgres } from './postgres.js';

const mainOf = (service: string) => fileURLToPath(new URL(`../../${service}/dist/main.js`, import.meta.url));

test('a document written on the page goes through preview, web and core to Postgres and back, and the path shows each of them', async () => {
  await using postgres = await startPostgres();
  const port = { preview: await freePort(), web: await freePort(), core: await freePort(), grpc: await freePort() };
  const common = { SERVICE_VERSION: 'v1', DRAIN_MS: '0' };
  const envOf = (service: 'preview' | 'web' | 'core') => ({ ...common, PORT: String(port[service]), POD_NAME: `${service}-pod` });

  // Started in the wrong order on purpose: no service waits for a callee.
  await using preview = startService(mainOf('preview'), {
    ...envOf('preview'),
    WEB_URL: `http://127.0.0.1:${port.web}`,
    SERVICE_VERSION: 'v2',
  });
  await using web = startService(mainOf('web'), { ...envOf('web'), CORE_ADDRESS: `127.0.0.1:${port.grpc}` });
  await using core = startService(mainOf('core'), { ...envOf('core'), ...postgres.env, GRPC_PORT: String(port.grpc) });
  const url = `http://127.0.0.1:${port.preview}`;
  await until('the whole chain', async () => (await fetch(`${url}/api/documents`)).ok, 30_000);

  const title = `<script>alert('title')</script>`;
  const body = `# Hello *world*\n\n<img src=x onerror=alert(1)>\n`;
  const key = /name="key" value="([^"]+)"/.exec(await (await fetch(url)).text())?.[1] ?? '';
  const form = () => new URLSearchParams({ title, body, key });
  const written = await fetch(`${url}/documents`, { method: 'POST', headers: { origin: url }, body: form(), redirect: 'manual' });
  const again = await fetch(`${url}/documents`, { method: 'POST', headers: { origin: url }, body: form(), redirect: 'manual' });
  expect([written.status, again.status]).toEqual([303, 303]);
  expect(again.headers.get('location')).toBe(written.headers.get('location'));

  const page = await fetch(`${url}${written.headers.get('location')}`);
  const text = await page.text();
  expect(page.status).toBe(200);
  expect(text).toContain('<h1><bdi>&lt;script&gt;alert(&#39;title&#39;)&lt;/script&gt;</bdi></h1>');
  expect(text).toContain('<h2 id="section-1">Hello <em>world</em></h2>');
  expect(text).not.toMatch(/<script>|<img/);

  const pool = postgres.pool(1);
  const { rows } = await pool.query('SELECT title, body FROM documents');
  await pool.end();
  expect(rows).toEqual([{ title, body }]);

  const path = await fetch(`${url}/api/path`, { headers: { 'x-request-id': 'chain-1' } });
  expect(path.headers.get('x-served-by')).toBe('preview/v2');
  const hop = { caller: null, attempts: 1, ms: expect.any(Number) };
  expect(await path.json()).toEqual({
    hops: [
      { ...hop, service: 'preview', version: 'v2', pod: 'preview-pod' },
      { ...hop, service: 'web', version: 'v1', pod: 'web-pod' },
      { ...hop, service: 'core', version: 'v1', pod: 'core-pod' },
    ],
  });
  await until('one request id in all three logs', () =>
    [preview, web, core].every((service) => service.logs().some(({ requestId }) => requestId === 'chain-1')),
  );

  const problem = await fetch(`${url}/api/documents/0198c5a0-0000-7000-8000-000000000000`, { headers: { 'x-request-id': 'chain-2' } });
  expect([problem.status, await problem.json()]).toEqual([
    404,
    expect.objectContaining({ detail: 'no document has this id', requestId: 'chain-2' }),
  ]);

  for (const service of [preview, web, core]) service.signal('SIGTERM');
  expect(await Promise.all([preview.exited, web.exited, core.exited])).toEqual([0, 0, 0]);
}, 90_000);
