import { setTimeout as pause } from 'node:timers/promises';

export interface Load {
  /** Requests that begin in a second, whatever becomes of the ones before: a slow answer must not make the load lighter. */
  readonly perSecond: number;
  /** How many may wait for an answer at once. */
  readonly atMost: number;
}

/** Sends requests at an even pace for as long as the work takes, and gives what became of each. @throws where more than `atMost` wait at once */
export async function underLoad<Result>(
  load: Load,
  send: (index: number) => Promise<Result>,
  work: () => Promise<void>,
): Promise<Result[]> {
  const stop = new AbortController();
  const done = work().finally(() => stop.abort());
  const [results, worked] = await Promise.allSettled([steadyLoad(load, stop.signal, send), done]);
  if (worked.status === 'rejected') throw worked.reason;
  if (results.status === 'rejected') throw results.reason;
  return results.value;
}

async function steadyLoad<Result>(
  { perSecond, atMost }: Load,
  stop: AbortSignal,
  send: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Promise<Result>[] = [];
  let waiting = 0;
  const startedAt = performance.now();
  while (!stop.aborted && waiting < atMost) {
    waiting++;
    const result = send(results.length).finally(() => waiting--);
    result.catch(() => {}); // thrown at the end: until then it is not awaited, and Node.js would end the process
    results.push(result);
    const aheadMs = startedAt + (results.length * 1000) / perSecond - performance.now();
    if (aheadMs > 0) await pause(aheadMs, undefined, { signal: stop }).catch(() => {});
  }
  const overloaded = !stop.aborted;
  const all = await Promise.all(results);
  if (overloaded) throw new Error(`${atMost} requests waited for an answer at once`);
  return all;
}
