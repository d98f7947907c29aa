import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startService, until } from '@mesh-platform/service-kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCore } from './core-app.js';
import { startPostgres, type TestPostgres } from './postgres.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'core-tls-'));
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
const P256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
let postgres: TestPostgres;

/** A server whose certificate is for `localhost`, from the authority `right`. */
beforeAll(async () => {
  for (const name of ['right', 'wrong'])
    openssl('req', '-x509', ...P256, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`);
  const issued = ['-CA', 'right.crt', '-CAkey', 'right.key', '-subj', '/CN=database', '-addext', 'subjectAltName=DNS:localhost'];
  openssl('req', '-x509', ...P256, ...issued, '-keyout', 'server.key', '-out', 'server.crt');
  postgres = await startPostgres();
  const pool = postgres.pool(1);
  await pool.query(`ALTER SYSTEM SET ssl_cert_file = '${join(folder, 'server.crt')}'`);
  await pool.query(`ALTER SYSTEM SET ssl_key_file = '${join(folder, 'server.key')}'`);
  await pool.query('ALTER SYSTEM SET ssl = on');
  await pool.end();
  await postgres.stop();
  await postgres.start();
});

afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const coreWith = (host: string, authority?: string) =>
  startCore(postgres, { PGHOST: host, ...(authority ? { PGSSLROOTCERT: join(folder, authority) } : {}) });

it('core speaks TLS to a database that its authority vouches for, under its host name', async () => {
  const { app, ready } = await coreWith('localhost', 'right.crt');
  try {
    await until('core to be ready', ready);
    const pool = postgres.pool(1);
    const { rows } = await pool.query(
      `SELECT bool_and(ssl) AS encrypted FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'core'`,
    );
    await pool.end();
    expect(rows).toEqual([{ encrypted: true }]);
  } finally {
    await app.close();
  }
});

it.each([
  [
    'another authority',
    'localhost',
    'wrong.crt',
    /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT_LOCALLY)$/,
  ],
  ['another host name', '127.0.0.1', 'right.crt', /^ERR_TLS_CERT_ALTNAME_INVALID$/],
])('core refuses a database with %s, is not ready, and logs the reason', async (_, host, authority, code) => {
  const PORT = await freePort();
  const env = {
    ...postgres.env,
    PGHOST: host,
    PGSSLROOTCERT: join(folder, authority),
    PORT: String(PORT),
    GRPC_PORT: String(await freePort()),
  };
  await using core = startService(main, { ...env, SERVICE_VERSION: 'v1', LOG_LEVEL: 'warn' });
  const waiting = () => core.logs().find(({ msg }) => msg === 'the database cannot be migrated yet');
  await until('core to log why it waits', async () => waiting() !== undefined);
  expect(waiting()).toMatchObject({ code: expect.stringMatching(code), reason: expect.any(String) });
  const readiness = () =>
    fetch(`http://127.0.0.1:${PORT}/readyz`).then(
      ({ status }) => status,
      () => 0,
    ); // it listens soon
  await until('core to report that it is not ready', async () => (await readiness()) === 503);
});
