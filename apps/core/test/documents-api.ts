import { fileURLToPath } from 'node:url';
import { freePort, startService, until } from '@mesh-platform/service-kit/testing';
import { startPostgres } from './postgres.js';

export interface StoredDocument {
  id: string;
  title: string;
  body: string;
  revision: number;
  createdAt: string;
  updatedAt: string;
}

const mainOf = (service: string) => fileURLToPath(new URL(`../../${service}/dist/main.js`, import.meta.url));

/** The documents API as it runs: web's and core's real mains on a real Postgres, both with these variables too. */
export async function startDocumentsApi(overrides: Readonly<Record<string, string>> = {}) {
  const postgres = await startPostgres();
  const port = { web: await freePort(), core: await freePort(), grpc: await freePort() };
  const common = { SERVICE_VERSION: 'v1', DRAIN_MS: '0', LOG_LEVEL: 'warn', ...overrides };
  // A machine that is busy with other tests answers late, which is not what these are about.
  const web = startService(mainOf('web'), {
    ...common,
    PORT: String(port.web),
    CORE_ADDRESS: `127.0.0.1:${port.grpc}`,
    CORE_TIMEOUT_MS: '20000',
  });
  const core = startService(mainOf('core'), { ...common, ...postgres.env, PORT: String(port.core), GRPC_PORT: String(port.grpc) });
  const pool = postgres.pool(2);
  const url = `http://127.0.0.1:${port.web}`;
  const dispose = async (): Promise<void> => {
    await pool.end();
    await Promise.all([web[Symbol.asyncDispose](), core[Symbol.asyncDispose]()]);
    await postgres[Symbol.asyncDispose]();
  };
  try {
    await until('core to be ready', async () => (await fetch(`http://127.0.0.1:${port.core}/readyz`)).ok, 30_000);
    await until('web and core', async () => (await fetch(`${url}/documents`)).ok, 30_000);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url,
    pool,
    port,
    logs: { web: web.logs, core: core.logs },
    output: () => web.output() + core.output(),
    [Symbol.asyncDispose]: dispose,
  };
}

export type DocumentsApi = Awaited<ReturnType<typeof startDocumentsApi>>;

/** Requests as a well-behaved client makes them. */
export function documentsClient(url: string) {
  const json = { 'content-type': 'application/json' };
  const send = async (method: string, path: string, headers: Record<string, string> = {}, content?: object) => {
    const answer = await fetch(`${url}${path}`, { method, headers, ...(content && { body: JSON.stringify(content) }) });
    const text = await answer.text();
    return { status: answer.status, etag: answer.headers.get('etag'), text, json: () => JSON.parse(text) };
  };
  return {
    create: (key: string, content: object) => send('POST', '/documents', { ...json, 'idempotency-key': key }, content),
    get: (id: string, headers: Record<string, string> = {}) => send('GET', `/documents/${id}`, headers),
    list: (query: string) => send('GET', `/documents${query}`),
    put: (id: string, ifMatch: string, content: object) => send('PUT', `/documents/${id}`, { ...json, 'if-match': ifMatch }, content),
    delete: (id: string, headers: Record<string, string> = {}) => send('DELETE', `/documents/${id}`, headers),
  };
}
