import type { CommonEnv } from '../env/common.env.js';
import type { Logger } from '../log/logger.js';
import type { ServiceIdentity } from '../path/hop.js';
import { NOT_TRACED, type Tracing } from './tracing.js';

/** Exports traces to OTEL_EXPORTER_OTLP_ENDPOINT. Without the variable no module of OpenTelemetry's SDK is loaded: they double the start time. */
export async function startTracing(env: CommonEnv, identity: ServiceIdentity, logger: Logger): Promise<Tracing> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = env;
  if (endpoint === undefined) return NOT_TRACED;
  const { OtlpTracing } = await import('./otlp-tracing.js');
  return new OtlpTracing(endpoint, identity, logger);
}
