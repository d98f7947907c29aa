import { pino, stdTimeFunctions } from 'pino';

/** Writes one JSON line per request, with the fields that a service's own line has. */
export function requestLog(service: string): (fields: Readonly<Record<string, unknown>>, since: number) => void {
  const logger = pino({
    level: process.env.LOG_LEVEL ?? 'info',
    base: { service, version: 'v1', pod: 'baseline' },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  });
  return (fields, since) => logger.info({ ...fields, attempt: 1, ms: Math.round((performance.now() - since) * 10) / 10 }, 'request');
}
