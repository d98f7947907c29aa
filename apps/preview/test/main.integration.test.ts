import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startService, until } from '@mesh-platform/service-kit/testing';
import { expect, test } from 'vitest';
import { startScriptedWeb } from './scripted-web.js';

const packageRoot = fileURLToPath(new URL('..', import.meta.url));
const main = join(packageRoot, 'dist/main.js');

test('on SIGTERM readiness fails first, a request in flight finishes, and preview exits 0', async () => {
  const web = await startScriptedWeb();
  const { promise, resolve } = Promise.withResolvers<{ json: unknown }>();
  web.script.answers = { 'GET /documents': promise };
  const PORT = String(await freePort());
  const url = `http://127.0.0.1:${PORT}`;
  await using preview = startService(main, { PORT, WEB_URL: web.url, SERVICE_VERSION: 'v1', DRAIN_MS: '300' });
  try {
    await until('preview to be ready', async () => (await fetch(`${url}/readyz`)).ok);
    const inFlight = fetch(`${url}/api/documents`);
    await until('the request to reach web', () => web.script.requests.length === 1);
    preview.signal('SIGTERM');
    await until('readiness to fail', async () => (await fetch(`${url}/readyz`)).status === 503);
    await until('preview to close its port', () =>
      fetch(`${url}/healthz`).then(
        () => false,
        () => true,
      ),
    );
    resolve({ json: { items: [], next: null } });
    expect((await inFlight).status).toBe(200);
    expect(await preview.exited).toBe(0);
  } finally {
    web.stop();
  }
}, 30_000);

test('a build with one version serves it, and refuses to start as another', async () => {
  const image = mkdtempSync(join(tmpdir(), 'preview-'));
  try {
    cpSync(join(packageRoot, 'dist'), join(image, 'dist'), { recursive: true, filter: (path) => !path.endsWith('versions/v1') });
    cpSync(join(packageRoot, 'package.json'), join(image, 'package.json'));
    symlinkSync(join(packageRoot, '../../node_modules'), join(image, 'node_modules'));
    const PORT = String(await freePort());
    await using v2 = startService(join(image, 'dist/main.js'), { PORT, SERVICE_VERSION: 'v2' });
    const style = await until(`v2 to serve its style: ${v2.output()}`, () => fetch(`http://127.0.0.1:${PORT}/assets/v2/style.css`));
    expect([style.status, style.headers.get('x-served-by')]).toEqual([200, 'preview/v2']);
    await using v1 = startService(join(image, 'dist/main.js'), { PORT, SERVICE_VERSION: 'v1' });
    expect(await v1.exited).toBe(1);
    expect(v1.output()).toBe('preview did not start: SERVICE_VERSION names a version that this image does not contain\n');
  } finally {
    rmSync(image, { recursive: true });
  }
}, 30_000);

test('a bad configuration stops the start and names the variables, never their values', async () => {
  await using preview = startService(main, { SERVICE_VERSION: '../../secret', WEB_URL: 'http://user:secret@web' });
  expect(await preview.exited).toBe(1);
  expect(preview.output()).toBe('preview did not start: SERVICE_VERSION must look like v1; WEB_URL must look like http://host:port\n');
});
