import type { Operation, ValueFilter } from '../model/security-policies.ts';
import type { StringMatch } from '../model/string-match.ts';
import type { HttpMatch, HttpRoute } from '../model/virtual-services.ts';
import { isDuration } from '../names.ts';
import { defaultRetries } from '../topology/define-mesh.ts';
import { type Protocol, type RetryCondition, retryConditions, unseenConditions } from '../topology/mesh.ts';
import type { MethodsSpec, RetriesSpec } from '../topology/spec.ts';

/** How one entry of `methods` is written; undefined where its operation admits everything. */
export function keyOf(protocol: Protocol, operation: Operation): string | undefined {
  const [methods, paths] = [valuesOf(operation.methods), valuesOf(operation.paths)];
  if (methods.length === 0 && paths.length === 0) return undefined;
  if (protocol !== 'grpc') return `${methods.join(',')} ${paths.join(',') || '/*'}`;
  const [service = ''] = paths[0]?.slice(1).split('/') ?? [];
  return `${service}/${paths.map((path) => path.slice(path.lastIndexOf('/') + 1)).join(',')}`;
}

const valuesOf = (filter: ValueFilter | undefined): readonly string[] => filter?.values ?? [];

/** The first route that a request of this caller and operation takes. */
export function routeFor(routes: readonly HttpRoute[], caller: string, operation: Operation): HttpRoute | undefined {
  return routes.find(({ matches }) => matches.length === 0 || matches.some((match) => isForOperation(match, caller, operation)));
}

function isForOperation(match: HttpMatch, caller: string, { methods, paths }: Operation): boolean {
  if (match.headers.size > 0 || match.queryParams.size > 0) return false; // only some of the requests
  const app = match.sourceLabels.get('app');
  if (app !== undefined && app !== caller) return false;
  const path = pathOf(match.uri);
  if (path !== undefined && path !== valuesOf(paths)[0]) return false;
  const verbs = match.method?.kind === 'prefix' ? undefined : match.method?.value;
  return verbs === undefined || verbs === valuesOf(methods).join('|');
}

/** As an AuthorizationPolicy writes it; undefined for a regular expression. */
export function pathOf(uri: StringMatch | undefined): string | undefined {
  if (uri?.kind === 'exact') return uri.value;
  return uri?.kind === 'prefix' ? `${uri.value}*` : undefined;
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
  const known = (retries.retryOn ?? []).filter((word): word is RetryCondition => (retryConditions as readonly string[]).includes(word));
  const perTry = retries.perTryTimeout;
  if (retries.attempts === defaultRetries.attempts && !perTry && known.join() === defaultRetries.on.join()) return undefined;
  return { attempts: retries.attempts, ...(perTry && isDuration(perTry) ? { perTry } : {}), on: known };
}
