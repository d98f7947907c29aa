import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes';
import { checkout, run, waitFor } from '@mesh-platform/targets';
import { median } from '../bench.ts';

/** What a run of load-tests/overhead.ts measured. Times in milliseconds. */
export interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Parameters of a run: the URL, the duration, and a rate or a number of clients that do not wait. */
export interface LoadRun {
  /** `http://127.0.0.1:30080/api/documents` */
  readonly documents: string;
  readonly seconds: number;
  readonly rate?: number;
  readonly clients?: number;
}

/** A name that the gateway of this machine answers to: the address of the node is none. */
const HOST = '127.0.0.1';
const START_MS = 30_000;
const READY_MS = 30_000;
/** Of the answered ones. */
const FAILED_AT_MOST = 0.01;

/** Waits until a document can be written: every service on the way, and the database, can be reached. */
export const answers = (documents: string): Promise<true> =>
  waitFor(
    documents,
    async () => {
      const headers = { host: HOST, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
      // fetch() would send the host of the address.
      const request = httpRequest(documents, { method: 'POST', headers, signal: AbortSignal.timeout(2_000) });
      request.end(JSON.stringify({ title: 'ready', body: '' }));
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode === 201 ? true : undefined;
    },
    { timeout: READY_MS, every: 50 },
  );

/** Runs the load once. Throws where more failed than a busy moment explains; their times are in no figure. */
export async function measure(k6: string, { documents, seconds, rate, clients }: LoadRun): Promise<Measured> {
  const { origin, pathname } = new URL(documents);
  const env = { BASE_URL: origin, HOST, DOCUMENTS: pathname, SECONDS: seconds, RATE: rate ?? '', CLIENTS: clients ?? '' };
  const settings = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  // The threshold is for runs by hand: here a message reports the failure.
  const args = ['run', '--quiet', '--no-thresholds', ...settings, join(checkout, 'load-tests/overhead.ts')];
  const output = await run(k6, args, { timeout: START_MS + seconds * 1000 });
  const { failed, ...measured } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Measured & { readonly failed: number };
  if (failed > FAILED_AT_MOST * measured.perSecond * seconds)
    throw new PlatformError(`${failed} requests to ${documents} failed while they were measured`, 'run it again on a quieter machine');
  return measured;
}

/** The median of each figure: it leaves out the effect of one busy moment. */
export function middleOf(runs: readonly Measured[]): Measured {
  const middle = (of: (run: Measured) => number): number => median(runs.map(of));
  return {
    perSecond: middle((one) => one.perSecond),
    p50: middle((one) => one.p50),
    p90: middle((one) => one.p90),
    p99: middle((one) => one.p99),
  };
}
