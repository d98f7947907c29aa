import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOfLogin } from '@mesh-platform/postgres-kit';
import { startPostgres, type TestPostgres } from '@mesh-platform/postgres-kit/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { giveRoles, requireVersion } from '../src/eks/roles.js';

const MASTER = 'master';
const connection = (user: string, password: string, database: string): pg.ClientConfig => ({
  host: '127.0.0.1',
  port: postgres.port,
  user,
  password,
  database,
});
/** As Terraform computes them: a rotation to an even version changes the second login, to an odd one the first. */
const passwords = new Map<string, string>();
const loginsAt = (version: number) =>
  [1, 2].map((number) => {
    const of = version - ((version + number) % 2);
    const username = `core_${number}`;
    const key = `${username} ${of}`;
    if (!passwords.has(key)) passwords.set(key, crypto.randomUUID());
    return { username, password: passwords.get(key) ?? '', version: of };
  });
const activeAt = (version: number) => loginsAt(version).find((login) => login.version === version) as ReturnType<typeof loginsAt>[number];
const clientsAt = (version: number) => [{ service: 'core', database: 'documents', logins: loginsAt(version) }];

let postgres: TestPostgres;
let master: pg.Client;
let folder: string;
let file: string;

/** Replaces the file as the kubelet does: at once. */
const mount = (version: number) => {
  writeFileSync(`${file}.new`, JSON.stringify(activeAt(version)));
  renameSync(`${file}.new`, file);
};

beforeAll(async () => {
  postgres = await startPostgres({ database: 'admin', role: 'rdsadmin' });
  const admin = postgres.pool(1);
  const password = crypto.randomUUID();
  await admin.query(`CREATE ROLE ${MASTER} LOGIN CREATEDB CREATEROLE PASSWORD '${password}'`); // like RDS's: no superuser
  await admin.end();
  master = new pg.Client(connection(MASTER, password, 'admin'));
  await master.connect();
  folder = mkdtempSync(join(tmpdir(), 'mesh-platform-login-'));
  file = join(folder, 'login');
}, 60_000);
afterAll(async () => {
  await master?.end();
  await postgres?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Queries over a new connection each time, until it is stopped: how many there were, and the code of each failure. */
function load(pool: pg.Pool) {
  const failures: string[] = [];
  let connections = 0;
  let stopped = false;
  const worker = async () => {
    while (!stopped) {
      await pool.query('INSERT INTO seen DEFAULT VALUES').catch(({ code }) => failures.push(code));
      connections++;
    }
  };
  const workers = Promise.all([1, 2, 3, 4].map(worker));
  const until = async (more: number) => {
    const wanted = connections + more;
    await expect.poll(() => connections, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(wanted);
  };
  const stop = async () => {
    stopped = true;
    await workers;
    return { failures, connections };
  };
  return { until, stop };
}

it('no new connection fails in four rotations, and the password before the last one is refused', async () => {
  await giveRoles(pg, master, clientsAt(1));
  mount(1);
  const pool = new pg.Pool({ ...connection('other', '', 'documents'), max: 4, maxUses: 1, Client: clientOfLogin(file) });
  await pool.query('CREATE TABLE seen (at timestamptz DEFAULT now(), by name DEFAULT session_user)');
  const { until, stop } = load(pool);
  for (const version of [2, 3, 4, 5]) {
    await giveRoles(pg, master, clientsAt(version));
    await until(40); // the services still have the login from before
    mount(version);
    await until(40);
  }
  const { failures, connections } = await stop();
  expect(failures).toEqual([]);
  expect(connections).toBeGreaterThan(300);
  const { rows } = await pool.query('SELECT DISTINCT by::text FROM seen ORDER BY by');
  expect(rows).toEqual([{ by: 'core_1' }, { by: 'core_2' }]);
  const { rows: owners } = await pool.query("SELECT tableowner FROM pg_tables WHERE tablename = 'seen'");
  expect(owners).toEqual([{ tableowner: 'core' }]);
  await pool.end();
  const old = activeAt(3);
  const late = new pg.Client(connection(old.username, old.password, 'documents'));
  await expect(late.connect()).rejects.toMatchObject({ code: '28P01' });
});

it('a service that is given the new login before the job has run is refused: the order is what keeps it connected', async () => {
  mount(6);
  const pool = new pg.Pool({ ...connection('other', '', 'documents'), Client: clientOfLogin(file) });
  await expect(pool.query('SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  await giveRoles(pg, master, clientsAt(6));
  await expect(pool.query('SELECT 1')).resolves.toBeDefined();
  await pool.end();
});

it('a login that cannot be read for a moment leaves the one before', async () => {
  const pool = new pg.Pool({ ...connection('other', '', 'documents'), maxUses: 1, Client: clientOfLogin(file) });
  rmSync(file);
  await expect(pool.query('SELECT current_user, session_user')).resolves.toMatchObject({
    rows: [{ current_user: 'core', session_user: 'core_2' }],
  });
  await pool.end();
});

it('the job refuses Secrets of another version than it was made for', () => {
  expect(() => requireVersion(clientsAt(2), 2)).not.toThrow();
  expect(() => requireVersion(clientsAt(2), 3)).toThrow(
    'the passwords of core are of version 2, not 3: External Secrets has not copied them yet',
  );
});
