import type { AuthorizationOperation, HttpMatch, HttpRoute } from '../kinds.ts';
import { isDuration } from '../names.ts';
import { defaultRetries } from '../topology/define-mesh.ts';
import {
  type MethodsSpec,
  type Protocol,
  type RetriesSpec,
  type RetryCondition,
  retryConditions,
  unseenConditions,
} from '../topology/mesh.ts';

/** How one entry of `methods` is written; undefined where its operation admits everything. */
export function keyOf(protocol: Protocol, { methods = [], paths = [] }: AuthorizationOperation): string | undefined {
  if (methods.length === 0 && paths.length === 0) return undefined;
  if (protocol !== 'grpc') return `${methods.join(',')} ${paths.join(',') || '/*'}`;
  const [service = ''] = paths[0]?.slice(1).split('/') ?? [];
  return `${service}/${paths.map((path) => path.slice(path.lastIndexOf('/') + 1)).join(',')}`;
}

/** The first route that a request of this caller and operation takes. */
export function routeFor(routes: readonly HttpRoute[], caller: string, operation: AuthorizationOperation): HttpRoute | undefined {
  return routes.find(({ match = [] }) => match.length === 0 || match.some((one) => matches(one, caller, operation)));
}

function matches(
  { sourceLabels, uri, method, headers, queryParams }: HttpMatch,
  caller: string,
  { methods = [], paths = [] }: AuthorizationOperation,
): boolean {
  if (headers || queryParams) return false; // only some of the requests
  if (sourceLabels?.app !== undefined && sourceLabels.app !== caller) return false;
  const [path] = paths;
  const wanted = uri?.exact ?? (uri?.prefix === undefined ? undefined : `${uri.prefix}*`);
  if (wanted !== undefined && wanted !== path) return false;
  const verbs = method?.exact ?? method?.regex;
  return verbs === undefined || verbs === methods.join('|');
}

/** The timeout and the retries that a route sets for its requests. */
export function policyOf({ timeout, retries }: HttpRoute, idempotentByMethod: boolean): MethodsSpec {
  const read = retriesOf(retries);
  const eager = (read?.on ?? []).some((condition) => !(unseenConditions as readonly string[]).includes(condition));
  return {
    ...(timeout && isDuration(timeout) ? { timeout } : {}),
    ...(eager && !idempotentByMethod ? { idempotent: true } : {}),
    ...(read ? { retries: read } : {}),
  };
}

/** A route without retries is retried with Istio's defaults. */
function retriesOf(retries: HttpRoute['retries']): RetriesSpec | undefined {
  if (!retries) return undefined;
  if (!retries.attempts) return { attempts: 0 };
  const on = retries.retryOn?.split(',').map((word) => word.trim()) ?? [];
  const known = on.filter((word): word is RetryCondition => (retryConditions as readonly string[]).includes(word));
  const perTry = retries.perTryTimeout;
  if (retries.attempts === defaultRetries.attempts && !perTry && known.join() === defaultRetries.on.join()) return undefined;
  return { attempts: retries.attempts, ...(perTry && isDuration(perTry) ? { perTry } : {}), on: known };
}
