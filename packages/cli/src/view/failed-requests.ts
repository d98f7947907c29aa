import type { Cluster } from '@mesh-platform/kubernetes';
import type { FailedRequest, RequestHop } from '@mesh-platform/view';
import { type AccessEntry, parseAccessEntry } from '../logs/access-entry.ts';
import { type Failure, findFailures, type Hop, hopsOf } from '../logs/failures.ts';
import { type Reading, readSources } from '../logs/read-sources.ts';
import { parseServiceLine, type ServiceLine } from '../logs/service-line.ts';

/** How far back a request is looked for: so long, and so many lines of each container. */
const TRACE = { sinceSeconds: 15 * 60, tailLines: 5_000 } as const;

/** Lines of each container that are read for failures: at a high rate the last seconds, so that a load does not become a load of logs. */
const NEWEST_LINES = 1_000;

/** What failed, was refused or was retried during so many seconds, as `logs --failures` has it; the oldest first. */
export async function failedRequests(cluster: Cluster, sinceSeconds: number): Promise<readonly FailedRequest[]> {
  const { entries, lines } = await readLogs(cluster, { sinceSeconds, tailLines: NEWEST_LINES });
  return findFailures(entries, lines).map(failedRequest);
}

/** What each proxy logged of a request, in the order of travel; empty where none did. */
export async function traceOf(cluster: Cluster, requestId: string): Promise<readonly RequestHop[]> {
  const { entries } = await readLogs(cluster, TRACE, requestId);
  return hopsOf(entries.filter((entry) => entry.requestId === requestId)).map(requestHop);
}

/** The lines of all proxies and services; only those with a text where one is given. */
async function readLogs(cluster: Cluster, range: Pick<Reading, 'sinceSeconds' | 'tailLines'>, text = '') {
  const entries: AccessEntry[] = [];
  const lines: ServiceLine[] = [];
  await readSources({
    cluster,
    ...range,
    wanted: (sources) => sources,
    onLine: ({ kind, writer }, line) => {
      if (!line.text.includes(text)) return;
      if (kind === 'service') return void lines.push(parseServiceLine(line, writer));
      const entry = parseAccessEntry(line.text, writer);
      if (entry) entries.push(entry);
    },
  });
  return { entries, lines };
}

/** `spiffe://cluster.local/ns/platform/sa/web` → `web`; the gateway by its place in the view. */
const callerIn = (uri: string | undefined): string | undefined => {
  const account = /\/sa\/([^/]+)$/.exec(uri ?? '')?.[1];
  return account?.startsWith('istio-ingressgateway') ? 'gateway' : account;
};

/** What the view shows of a failure. */
export function failedRequest({ time, requestId, what, status, recovered, count, cause, hops }: Failure): FailedRequest {
  const refusal = hops.find(({ explanation }) => explanation?.code === 'DENIED');
  const from = refusal && callerIn(refusal.caller);
  return {
    ...{ time, what, status, recovered, count, code: cause.code, message: cause.message, hint: cause.hint },
    ...(requestId ? { requestId } : {}),
    ...(refusal && from ? { refused: { from, to: refusal.service } } : {}),
    hops: hops.map(requestHop),
  };
}

const requestHop = ({
  service,
  version,
  direction,
  callee,
  status,
  grpcStatus,
  attempts,
  time,
  durationMs,
  explanation,
}: Hop): RequestHop => ({
  at: [service, version].filter(Boolean).join(' '),
  direction,
  ...(callee ? { callee } : {}),
  status: [status || 'closed', grpcStatus].filter(Boolean).join(' '),
  attempts,
  startedAt: time,
  milliseconds: durationMs,
  ...(explanation ? { message: explanation.message } : {}),
});
