import type { HttpRoute } from '../../../model/virtual-services.ts';
import { describeMilliseconds, parseDuration } from '../../../names.ts';
import { rule } from '../rule.ts';
import { describeRoute } from './routes.check.ts';

const BASE_BACKOFF_MS = 25;
const LONGEST_BACKOFF = 10;

/**
 * When the last repetition begins at the latest: attempts × perTryTimeout, and before the n-th repetition a pause of up to
 * (2ⁿ − 1) × 25 ms, never more than 250 ms. https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#config-http-filters-router-x-envoy-max-retries
 */
export function lastRepetitionMs(attempts: number, perTryMs: number, baseMs = BASE_BACKOFF_MS): number {
  const growing = Math.ceil(Math.log2(LONGEST_BACKOFF + 1)) - 1; // pauses that are not yet the longest
  const first = Math.min(attempts, growing);
  const pauses = (2 ** (first + 1) - 2 - first) * baseMs + Math.max(0, attempts - growing) * LONGEST_BACKOFF * baseMs;
  return attempts * perTryMs + pauses;
}

function overBudget({ retries, timeout = '' }: HttpRoute): { readonly lastMs: number; readonly timeoutMs: number } | undefined {
  const { attempts = 0, perTryTimeout = '', backoff = '' } = retries ?? {};
  const perTryMs = parseDuration(perTryTimeout) ?? 0;
  const timeoutMs = parseDuration(timeout) ?? 0;
  if (attempts <= 0 || perTryMs <= 0 || timeoutMs <= 0) return undefined; // 0 switches a limit off
  const lastMs = lastRepetitionMs(attempts, perTryMs, parseDuration(backoff) || BASE_BACKOFF_MS);
  return lastMs > timeoutMs ? { lastMs, timeoutMs } : undefined;
}

export const retryBudget = rule({
  code: 'MESH201',
  title: 'retries fit into the timeout',
  otherwise: 'the last tries never happen',
  hint: 'raise timeout, or lower attempts or perTryTimeout',
  styleOnly: true,
  find: ({ routes }) =>
    routes.flatMap((route) => {
      const over = overBudget(route);
      const { attempts, perTryTimeout } = route.retries ?? {};
      return over
        ? {
            at: route.of,
            path: `${route.path}.retries`,
            message: `${describeRoute(route)} repeats ${attempts} times after tries of ${perTryTimeout}: the last one begins after up to ${describeMilliseconds(over.lastMs)}, and the timeout is ${describeMilliseconds(over.timeoutMs)}`,
          }
        : [];
    }),
});
