import { setTimeout as pause } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import type { CommonEnv } from './env/common.env.js';
import { ConfigurationError } from './env/load-env.js';
import { Readiness } from './health/readiness.js';
import { LOGGER, type Logger } from './log/logger.js';

/** Milliseconds that requests in flight and pools get after the pause. */
const CLOSE_MS = 8000;

/** On SIGTERM or SIGINT: readiness fails, a pause, requests in flight finish, pools close, exit 0; exit 1 after DRAIN_MS + 8 s. */
export function drainOnSignal(app: INestApplication, env: CommonEnv): void {
  let draining = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (draining) return;
    draining = true;
    void drain(app, env, signal);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

async function drain(app: INestApplication, env: CommonEnv, signal: NodeJS.Signals): Promise<void> {
  const logger = app.get<Logger>(LOGGER);
  setTimeout(() => {
    logger.error('requests in flight did not finish in time');
    process.exit(1);
  }, env.DRAIN_MS + CLOSE_MS).unref();

  app.get(Readiness).startDraining();
  logger.info({ signal, pauseMs: env.DRAIN_MS }, 'draining');
  try {
    await pause(env.DRAIN_MS);
    await app.close();
    logger.info('drained');
    process.exit(0);
  } catch (error) {
    logger.error({ err: error }, 'draining failed');
    process.exit(1);
  }
}

/** Ends a process that could not start: one message for a configuration error, the stack too for any other. */
export function exitWith(error: unknown, message: string): never {
  process.stderr.write(`${explain(error, message)}\n`);
  process.exit(1);
}

/** The line that exitWith prints. */
export function explain(error: unknown, message: string): string {
  if (error instanceof ConfigurationError) return `${message}: ${error.message}`;
  return `${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
