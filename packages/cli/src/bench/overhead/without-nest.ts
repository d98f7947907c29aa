import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, freePort, type RunningTarget, type SecretKey } from '@mesh-platform/targets';
import { answers } from './load-run.ts';

/** web and core as processes of this machine, in one of two ways of writing them. */
export interface Pair {
  readonly documents: string;
  readonly end: () => Promise<void>;
}

/** The two programs of a pair, and the port where core reports that it is ready. */
const pairs = {
  nest: { core: 'apps/core/dist/main.js', web: 'apps/web/dist/main.js' },
  plain: { core: 'packages/baseline/src/core.ts', web: 'packages/baseline/src/web.ts' },
} as const;

/** Starts web and core on the database, with the settings of the platform's pods, and waits until they answer. */
export async function startPair(kind: keyof typeof pairs, target: RunningTarget, database: { host: string; port: number }): Promise<Pair> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-bench-'));
  const [grpc, health, http] = [await freePort(), await freePort(), await freePort()];
  const common = { SERVICE_VERSION: 'v1', POD_NAME: 'bench', LOG_LEVEL: 'info', NODE_ENV: 'production', PATH: process.env.PATH ?? '' };
  const secret = async (name: string, of: string, stored: SecretKey): Promise<string> => {
    await writeFile(join(folder, name), await target.secret(of, stored), { mode: 0o600 });
    return join(folder, name);
  };
  const core = {
    ...{ PGHOST: database.host, PGPORT: String(database.port), PGDATABASE: 'documents', PGUSER: 'core' },
    PGPASSWORD_FILE: await secret('password', 'postgres-core-password', { secret: 'postgres-core', key: 'password' }),
    CURSOR_KEY_FILE: await secret('cursor-key', 'core-cursor-key', { secret: 'core-cursor-key', key: 'key' }),
    ...{ GRPC_PORT: String(grpc), PORT: String(health) },
  };
  const ends = [
    start(pairs[kind].core, { ...common, ...core }),
    start(pairs[kind].web, { ...common, CORE_ADDRESS: `127.0.0.1:${grpc}`, PORT: String(http) }),
  ];
  const end = async (): Promise<void> => {
    await Promise.all(ends.map((stop) => stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const documents = `http://127.0.0.1:${http}/documents`;
  await answers(documents).catch(async (error) => {
    await end();
    throw error;
  });
  return { documents, end };
}

/** Starts a program and discards its output; returns the function that ends it. */
function start(file: string, env: Readonly<Record<string, string>>): () => Promise<void> {
  const child = spawn(process.execPath, [join(checkout, file)], { env: { ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return () => {
    child.kill('SIGKILL');
    return ended;
  };
}
