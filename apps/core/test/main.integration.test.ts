import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startService, until } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { coreClient } from './core-client.js';
import { startPostgres, type TestPostgres } from './postgres.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);

afterAll(() => postgres?.[Symbol.asyncDispose]());

test('on SIGTERM readiness fails first, a call in flight finishes, the pool closes and core exits 0', async () => {
  const [PORT, GRPC_PORT] = [await freePort(), await freePort()];
  const env = { ...postgres.env, PORT: String(PORT), GRPC_PORT: String(GRPC_PORT), SERVICE_VERSION: 'v1', DRAIN_MS: '300' };
  await using core = startService(main, env);
  const readiness = async () => (await fetch(`http://127.0.0.1:${PORT}/readyz`)).status;
  await until('core to be ready', async () => (await readiness()) === 200);
  const client = coreClient(GRPC_PORT);
  const pool = postgres.pool();
  const blocker = await pool.connect();
  try {
    await blocker.query('BEGIN; LOCK documents');
    const inFlight = client.list({});
    await until('the call to wait for the table', async () => {
      const { rowCount } = await pool.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'core'`);
      return rowCount === 1;
    });
    core.signal('SIGTERM');
    await until('readiness to fail', async () => (await readiness()) === 503);
    await until('core to close its HTTP port', () =>
      readiness().then(
        () => false,
        () => true,
      ),
    );
    await blocker.query('ROLLBACK');
    await expect(inFlight).resolves.toMatchObject({ items: [] });
    expect(await core.exited).toBe(0);
    expect(
      core
        .logs()
        .map(({ msg }) => msg)
        .slice(-3),
    ).toEqual(['draining', 'call', 'drained']);
  } finally {
    blocker.release();
    await pool.end();
    client.close();
  }
}, 30_000);

test('a log line of a call names its request, attempt and trace, and contains nothing of the document', async () => {
  const [PORT, GRPC_PORT] = [await freePort(), await freePort()];
  const env = { ...postgres.env, PORT: String(PORT), GRPC_PORT: String(GRPC_PORT), SERVICE_VERSION: 'v1', LOG_LEVEL: 'debug' };
  await using core = startService(main, env);
  await until('core to be ready', async () => (await fetch(`http://127.0.0.1:${PORT}/readyz`)).ok);
  const client = coreClient(GRPC_PORT);
  try {
    await client.create({ idempotencyKey: 'private-key', title: 'private-title', body: 'private-body' });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await client.path({ 'x-request-id': 'r-1', 'x-envoy-attempt-count': '2', traceparent });
    const line = await until('the line of the call', () => core.logs().find(({ method }) => method === 'path.v1.Path/Get'));
    const call = {
      status: 'OK',
      requestId: 'r-1',
      attempt: 2,
      traceId: '0af7651916cd43dd8448eb211c80319c',
      service: 'core',
      version: 'v1',
    };
    expect(line).toMatchObject(call);
    expect(core.logs()).toContainEqual(expect.objectContaining({ query: 'documents.create', ms: expect.any(Number) }));
    expect(core.output()).not.toContain('private-');
  } finally {
    client.close();
  }
}, 30_000);

test('a login in a file takes the place of PGUSER and PGPASSWORD_FILE', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'core-login-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const login = { username: postgres.env.PGUSER, password: readFileSync(postgres.passwordFile, 'utf8') };
  const [PORT, GRPC_PORT] = [await freePort(), await freePort()];
  const wrong = { ...postgres.env, PGUSER: 'other', PGPASSWORD_FILE: file('password', 'wrong') };
  const ports = { PORT: String(PORT), GRPC_PORT: String(GRPC_PORT), SERVICE_VERSION: 'v1' };
  await using core = startService(main, { ...wrong, ...ports, PGLOGIN_FILE: file('login', JSON.stringify(login)) });
  await until('core to be ready', async () => (await fetch(`http://127.0.0.1:${PORT}/readyz`)).status === 200);
  await until('its line', async () => core.logs().some(({ msg }) => msg === 'the database is migrated'));
}, 30_000);

test('a bad configuration stops the start and names the variables, never their values', async () => {
  await using core = startService(main, {
    SERVICE_VERSION: 'v1',
    PGPASSWORD_FILE: '/secret/path',
    CURSOR_KEY_FILE: '/secret/key',
    POOL_MAX: 'secret-number',
  });
  expect(await core.exited).toBe(1);
  expect(core.output()).toBe(
    'core did not start: PGPASSWORD_FILE must name a readable file that contains the password; ' +
      'POOL_MAX must be a whole number from 1 to 100; CURSOR_KEY_FILE must name a readable file that contains at least 32 bytes of text\n',
  );
});
