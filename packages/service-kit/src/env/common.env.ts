import { hostname } from 'node:os';
import { z } from 'zod';
import { wholeNumber } from './load-env.js';

/** The environment variables of every service. */
export const commonEnv = z.object({
  PORT: wholeNumber(1, 65_535).default(8080),
  SERVICE_VERSION: z.string().regex(/^v\d+$/, 'must look like v1'),
  POD_NAME: z
    .string()
    .regex(/^[\w.-]{1,253}$/, 'must be a pod name')
    .default(() => hostname()),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'must be fatal, error, warn, info, debug or silent')
    .default('info'),
  /** Whether requests may inject faults by x-fault: for a platform on a desk, never for one that serves. */
  FAULTS: z.enum(['on', 'off'], 'must be on or off').default('off'),
  /** The base address of a collector that takes traces by OTLP over HTTP; nothing is traced where it is unset or empty. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .refine((value) => value === '' || isHttpUrl(value), 'must be an http or https URL')
    .transform((value) => value || undefined)
    .optional(),
  /** A port of the pod's loopback where `./platform view` reads traces while it runs; unset: none. A collector's address comes first. */
  TRACE_PORT: wholeNumber(1, 65_535).optional(),
  /** Milliseconds between failing readiness and closing, in which endpoints and proxies learn of it. */
  DRAIN_MS: wholeNumber(0, 60_000).default(2000),
});

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

export type CommonEnv = Readonly<z.output<typeof commonEnv>>;
