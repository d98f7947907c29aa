import { setTimeout as pause } from 'node:timers/promises';

/**
 * Does the work, and meanwhile renews what it depends on: the Lease, which lasts less long than a control plane may be unavailable, and the
 * canary's pods. The work is aborted with the reason for which a renewal fails.
 */
export async function renewing<T>(
  work: (until: AbortSignal) => Promise<T>,
  renew: () => Promise<void>,
  { signal, everyMs }: { readonly signal: AbortSignal; readonly everyMs: number },
): Promise<T> {
  const [done, lost] = [new AbortController(), new AbortController()];
  const renewals = (async () => {
    for (;;) {
      await pause(everyMs, undefined, { signal: done.signal }).catch(() => {});
      if (done.signal.aborted) return;
      await renew();
    }
  })().catch((error) => lost.abort(error));
  const until = AbortSignal.any([signal, lost.signal]);
  try {
    return await work(until);
  } catch (error) {
    until.throwIfAborted(); // what waits is interrupted with an error that has no reason
    throw error;
  } finally {
    done.abort();
    await renewals;
  }
}
