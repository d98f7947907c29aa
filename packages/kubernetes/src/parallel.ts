import { timeoutFactor } from './time-limits.ts';

const PARALLEL_REQUESTS = 8;
/** A slow API server answers eight requests at once later than each of them waits. */
const parallelRequests = (): number => Math.max(2, Math.round(PARALLEL_REQUESTS / Math.max(1, timeoutFactor())));

/** Works on each item, a few at once; gives the results in the order of the items. The first failure ends it: no further item is begun. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  let failed = false;
  const worker = async () => {
    for (let next = queue.next(); !next.done && !failed; next = queue.next()) {
      const [index, item] = next.value;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: parallelRequests() }, worker);
  await Promise.allSettled(workers); // work that has started ends before the failure is thrown
  await Promise.all(workers);
  return results;
}
