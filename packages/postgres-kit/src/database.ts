import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  IDENTITY,
  LOGGER,
  type Logger,
  Metrics,
  type ServiceIdentity,
  TRACING,
  type Tracing,
  type WorkSpan,
} from '@mesh-platform/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { Pool, type QueryResultRow } from 'pg';
import type { DatabaseEnv } from './database.env.js';
import { clientOfLogin } from './login.js';
import { codeOf, QueryError } from './query-error.js';

/** Injects the variables of the database. */
export const DATABASE_ENV = Symbol('DATABASE_ENV');

/** Milliseconds for which a query that succeeded proves that the database is there. */
const PROOF_MS = 1000;

/** The one pool of connections. Queries have names, for the log. */
@Injectable()
export class Database {
  readonly pool: Pool;
  #lastSuccess = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(DATABASE_ENV) private readonly env: DatabaseEnv,
    @Inject(IDENTITY) { service }: ServiceIdentity,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Metrics) metrics: Metrics,
    @Inject(TRACING) private readonly tracing: Tracing,
  ) {
    this.pool = new Pool({
      host: env.PGHOST,
      port: env.PGPORT,
      database: env.PGDATABASE,
      user: env.PGUSER,
      password: async () => (await readFile(env.PGPASSWORD_FILE, 'utf8')).trim(),
      ...(env.PGLOGIN_FILE && { Client: clientOfLogin(env.PGLOGIN_FILE) }),
      // Node.js verifies chain and host name; pg gives it the host.
      ssl: env.PGSSLROOTCERT ? { ca: readFileSync(env.PGSSLROOTCERT, 'utf8'), rejectUnauthorized: true } : false,
      application_name: service,
      max: env.POOL_MAX,
      keepAlive: true,
      connectionTimeoutMillis: 2000,
      statement_timeout: 2000,
      query_timeout: 3000, // for a network that drops the server's answer
    });
    const { pool } = this;
    metrics.sizes('pg_pool_connections', 'Connections to the database, and queries that wait for one', 'state', () => ({
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }));
    // An idle connection that breaks is replaced by the next query; without a listener it would end the process.
    this.pool.on('error', (error) => logger.warn({ code: codeOf(error) }, 'an idle connection to the database broke'));
    // A connection that breaks while it is being closed is neither idle nor in a query: no other listener gets its error.
    this.pool.on('connect', (client) => client.on('error', () => {}));
  }

  /** @throws QueryError */
  async query<Row extends QueryResultRow>(name: string, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const startedAt = performance.now();
    const span = this.spanOf(name, sql);
    try {
      const { rows } = await this.pool.query<Row>(sql, [...values]);
      this.#lastSuccess = performance.now();
      span?.end();
      return rows;
    } catch (error) {
      const failure = new QueryError(name, error);
      span?.end({ failure: failure.code ?? 'unanswered' });
      throw failure;
    } finally {
      this.logger.debug({ query: name, ms: Math.round((performance.now() - startedAt) * 10) / 10 }, 'query');
    }
  }

  // The statement's name and verb, never its values. https://opentelemetry.io/docs/specs/semconv/database/postgresql/
  private spanOf(name: string, sql: string): WorkSpan | undefined {
    return this.tracing.call(name, {
      'db.system.name': 'postgresql',
      'db.namespace': this.env.PGDATABASE,
      'db.operation.name': /\b(?:INSERT|UPDATE|DELETE|SELECT)\b/.exec(sql)?.[0] ?? 'SELECT',
      'db.query.summary': name,
      'server.address': this.env.PGHOST,
      'server.port': this.env.PGPORT,
    });
  }

  /** Rejects where the database cannot be reached; a busy pool that just answered needs no further proof. */
  async ping(): Promise<void> {
    if (performance.now() - this.#lastSuccess < PROOF_MS) return;
    await this.query('ping', 'SELECT 1');
  }
}
