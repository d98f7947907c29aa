import { setTimeout as pause } from 'node:timers/promises';
import { exitWith, IDENTITY, LOGGER, type Logger, Readiness, type ServiceIdentity } from '@mesh-platform/service-kit';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from './database.js';
import { migrate, SchemaMismatch } from './migrate.js';
import { codeOf } from './query-error.js';

/** Injects the folder of the migrations that belong to this version. */
export const MIGRATIONS = Symbol('MIGRATIONS');

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 1000;

/** Starts without a database, migrates it once it is there, and closes the pool after the last request. */
@Injectable()
export class DatabaseStartup implements OnApplicationBootstrap, OnApplicationShutdown {
  #migrated = false;
  #migrating: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MIGRATIONS) private readonly migrations: string,
    @Inject(IDENTITY) private readonly identity: ServiceIdentity,
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.readiness.register('database', () => this.check());
    this.#migrating = this.migrateOnceThere(); // not awaited: the process passes its liveness probe while it waits
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await this.#migrating;
    await this.database.pool.end();
  }

  private async check(): Promise<void> {
    if (!this.#migrated) throw new Error('the database is not migrated');
    await this.database.ping();
  }

  private async migrateOnceThere(): Promise<void> {
    for (let delay = FIRST_DELAY_MS; !this.#stop.signal.aborted; delay = Math.min(2 * delay, LONGEST_DELAY_MS)) {
      try {
        const applied = await migrate(this.database.pool, this.migrations);
        this.#migrated = true;
        this.logger.info({ applied }, 'the database is migrated');
        return;
      } catch (error) {
        if (error instanceof SchemaMismatch) exitWith(error, `${this.identity.service} did not start`); // waiting fixes neither
        const reason = error instanceof Error ? error.message : String(error);
        const code = codeOf(error) ?? codeOf((error as Error).cause);
        this.logger.warn({ code, reason, retryInMs: delay }, 'the database cannot be migrated yet');
        await pause(delay, undefined, { signal: this.#stop.signal }).catch(() => {});
      }
    }
  }
}
