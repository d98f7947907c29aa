import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { stagePostgres } from '../src/embedded/build/cluster-images.ts';
import { freePort } from '../src/process/listeners.ts';
import { waitFor } from '../src/process/wait.ts';

let folder = '';
let port = 0;
let server: ChildProcess | undefined;
let output = '';

/** The files of the image, at another place and only for this machine. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pg-'));
  await stagePostgres(folder);
  for (const program of ['initdb', 'postgres']) await chmod(join(folder, 'native/bin', program), 0o755);
  const entrypoint = join(folder, 'postgres-entrypoint.sh');
  const script = await readFile(entrypoint, 'utf8');
  const moved = script
    .replace('/usr/local/pgsql/bin', join(folder, 'native/bin'))
    .replace("listen_addresses='*'", 'listen_addresses=127.0.0.1');
  await writeFile(entrypoint, moved);
  await mkdir(join(folder, 'passwords'));
  port = await freePort();
});

afterEach(stop);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts the server with these clients, `role=database`, and their passwords; rejects where it ends instead. */
async function start(clients: string, passwords: Readonly<Record<string, string>>, dropped = ''): Promise<void> {
  for (const [role, password] of Object.entries(passwords)) await writeFile(join(folder, 'passwords', role), password);
  const env = {
    PATH: process.env.PATH,
    PGDATA: join(folder, 'data'),
    CLIENTS_FOLDER: join(folder, 'passwords'),
    CLIENTS: clients,
    DROPPED: dropped,
    PGPORT: `${port}`,
  };
  // PostgreSQL refuses to run as root; in a user namespace it is another user, who still owns the files.
  const asOrdinaryUser = process.getuid?.() === 0 ? ['unshare', '--user', '--map-user=65534', '--map-group=65534'] : [];
  const [program = '', ...args] = [...asOrdinaryUser, 'sh', join(folder, 'postgres-entrypoint.sh')];
  output = '';
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  server = child;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  await waitFor(
    'PostgreSQL to listen, or to end',
    async () => output.includes('ready to accept connections') || child.exitCode !== null || undefined,
    {
      timeout: 30_000,
      every: 20,
    },
  );
  if (child.exitCode !== null) throw new Error(output);
}

async function stop(): Promise<void> {
  if (!server || server.exitCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGINT');
  await ended;
}

/** What a role gets for a statement in a database. */
async function ask(user: string, password: string, database: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ host: '127.0.0.1', port, user, password, database });
  try {
    await client.connect();
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

const OWNER = 'SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()';

it('a volume that one client has written gets another client’s role and database at the next start, and keeps what was there', async () => {
  await start('core=documents', { core: 'first' });
  await ask('core', 'first', 'documents', `CREATE TABLE documents AS SELECT 'kept' AS title`);
  await stop();

  await start('core=documents,my-cart=my_cart', { core: 'first', 'my-cart': 'second' });
  expect(await ask('core', 'first', 'documents', 'SELECT title FROM documents')).toEqual(['kept']);
  expect(await ask('my-cart', 'second', 'my_cart', OWNER)).toEqual(['my-cart']);
  expect(await ask('my-cart', 'second', 'my_cart', 'CREATE TABLE t (x int)')).toEqual([]);
  const denied = { code: '42501', message: expect.stringContaining('permission denied for database') };
  await expect(ask('my-cart', 'second', 'documents', 'SELECT 1')).rejects.toMatchObject(denied);
  await expect(ask('core', 'first', 'my_cart', 'SELECT 1')).rejects.toMatchObject(denied);
});

it('another password takes the place of the one before, and a client that is gone keeps its database', async () => {
  await start('core=documents', { core: 'third' });
  expect(await ask('core', 'third', 'documents', 'SELECT title FROM documents')).toEqual(['kept']);
  await expect(ask('core', 'first', 'documents', 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  expect(await ask('core', 'third', 'documents', `SELECT datname FROM pg_database WHERE datname = 'my_cart'`)).toEqual(['my_cart']);
});

it('a start that was cut short before the database was closed to others closes it at the next one', async () => {
  await start('core=documents', { core: 'third' });
  await ask('core', 'third', 'documents', 'GRANT CONNECT ON DATABASE documents TO PUBLIC');
  await stop();
  await start('core=documents,my-cart=my_cart', { core: 'third', 'my-cart': 'second' });
  await expect(ask('my-cart', 'second', 'documents', 'SELECT 1')).rejects.toMatchObject({ code: '42501' });
});

it('one that was killed starts again, though a process runs by now that has the number it had', async () => {
  await start('core=documents', { core: 'third' });
  const lock = join(folder, 'data/postmaster.pid');
  const left = (await readFile(lock, 'utf8')).split('\n');
  await stop();
  await writeFile(lock, [process.pid, ...left.slice(1)].join('\n')); // without its shared memory, which ended with the container
  await start('core=documents', { core: 'third' });
  expect(await ask('core', 'third', 'documents', 'SELECT title FROM documents')).toEqual(['kept']);
});

it('a client that is gone and whose data shall go is dropped, and one that is there is not', async () => {
  await expect(start('core=documents', { core: 'third' }, 'core=documents')).rejects.toThrow('remove the service first');
  await expect(start('core=documents', { core: 'third' }, 'cart=documents')).rejects.toThrow('remove the service first');
  await start('core=documents', { core: 'third' }, 'my-cart=my_cart,never=was');
  expect(await ask('core', 'third', 'documents', 'SELECT title FROM documents')).toEqual(['kept']);
  expect(await ask('core', 'third', 'documents', `SELECT datname FROM pg_database WHERE datname = 'my_cart'`)).toEqual([]);
  expect(await ask('core', 'third', 'documents', `SELECT rolname FROM pg_roles WHERE rolname = 'my-cart'`)).toEqual([]);
});

it.each(['core', 'core=', '=documents', 'core=a=b', 'core="x"', 'core=documents;'])('%s is no client, and no start', async (client) => {
  await expect(start(client, { core: 'third' })).rejects.toThrow('is not role=database');
});

it('without a client it serves no connection', async () => {
  await start('', {});
  await expect(ask('postgres', '', 'postgres', 'SELECT 1')).rejects.toThrow();
});

it('a statement that fails ends the start, and no password is printed', async () => {
  await expect(start('pg_monitor=shop', { pg_monitor: 'secret-word' })).rejects.toThrow('role name "pg_monitor" is reserved');
  expect(server?.exitCode).not.toBe(0);
  expect(output).not.toContain('secret-word');
  await start('core=documents,shop=shop', { core: 'third', shop: 'secret-word' });
  await ask('shop', 'secret-word', 'shop', 'SELECT 1');
  expect(output).not.toContain('secret-word');
});

it('a password that could end its own quotes is refused, and not printed', async () => {
  await expect(start('core=documents', { core: `x'; DROP` })).rejects.toThrow('the password of role core has characters');
  expect(output).not.toContain('DROP');
});
