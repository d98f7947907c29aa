import { type Telemetry, telemetry } from '../kinds.ts';
import { NAMESPACE_POLICY } from '../names.ts';
import type { LoggedSuccesses } from '../topology/environment.ts';
import type { Mesh } from '../topology/mesh.ts';

/**
 * What is always logged: a request that did not succeed, in the eyes of HTTP, gRPC or Envoy, one that took a retry, and every TCP connection. A field
 * that a request does not have is an error in CEL, which logs nothing: so each is asked for first.
 * https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/advanced/attributes
 */
const FAILURE = [
  '!has(response.code)',
  'response.code < 100',
  'response.code >= 400',
  'response.flags != 0',
  // Envoy computes a gRPC status also of responses that are not gRPC.
  "('content-type' in request.headers && request.headers['content-type'].startsWith('application/grpc') && response.grpc_status != 0)",
  '(has(upstream.request_attempt_count) && upstream.request_attempt_count > 1)',
].join(' || ');

/** By the first digits of the request id, random and hexadecimal: all proxies on the path of a request log it, or none does. */
const SAMPLE: Readonly<Record<Exclude<LoggedSuccesses, 'all'>, string>> = {
  '1/16': " || (has(request.id) && request.id.startsWith('0'))",
  '1/256': " || (has(request.id) && request.id.startsWith('00'))",
  none: '',
};

/** Each proxy writes a line for each request that the environment has logged, whatever the installation's own default is: refusals and retries are read from them. */
export function accessLogTelemetry({ namespace }: Pick<Mesh, 'namespace'>, successes: LoggedSuccesses = 'all'): Telemetry {
  const filter = successes === 'all' ? {} : { filter: { expression: `${FAILURE}${SAMPLE[successes]}` } };
  return telemetry({ name: NAMESPACE_POLICY, namespace }, { accessLogging: [{ providers: [{ name: 'envoy' }], ...filter }] });
}
