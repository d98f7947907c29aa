import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { headerOf, type IncomingHeaders } from '../path/headers.js';
import type { ServiceIdentity } from '../path/hop.js';
import { attemptsOf } from '../path/hop.js';
import { standardOutput } from './standard-output.js';

export type { Logger };

/** Injects the service's logger. */
export const LOGGER = Symbol('LOGGER');

/** JSON lines on standard output; each names the service, version and pod that wrote it. */
export function createLogger(identity: ServiceIdentity, level: string, destination: DestinationStream = standardOutput()): Logger {
  const options = {
    level,
    base: identity,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination);
}

/** Writes Nest's own lines to the service's log; its lines during the start have the level debug. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }

  debug(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }

  verbose(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, stack?: unknown, context?: unknown): void {
    this.logger.error({ context, stack }, String(message));
  }

  fatal(message: unknown, stack?: unknown, context?: unknown): void {
    this.logger.fatal({ context, stack }, String(message));
  }
}

/** The fields of every log line about a request: with them you follow a retried request through the services. */
export function requestFields(headers: IncomingHeaders): { requestId?: string; attempt: number; traceId?: string } {
  const requestId = headerOf(headers, 'x-request-id');
  const traceId = traceIdOf(headerOf(headers, 'traceparent'));
  return { ...(requestId && { requestId }), attempt: attemptsOf(headers), ...(traceId && { traceId }) };
}

/** The trace id of a W3C traceparent; undefined where it is absent, malformed or all zeros. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  const id = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent ?? '')?.[1];
  return id && /[^0]/.test(id) ? id : undefined;
}
