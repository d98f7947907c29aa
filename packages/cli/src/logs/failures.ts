import type { AccessEntry } from './access-entry.ts';
import { type Explanation, explain } from './explain.ts';
import type { ServiceLine } from './service-line.ts';

/** The fields of a hop that are those of its line in the access log. */
const SEEN = [
  'service',
  'version',
  'pod',
  'direction',
  'time',
  'status',
  'grpcStatus',
  'flags',
  'attempts',
  'durationMs',
  'caller',
] as const;
type Seen = Pick<AccessEntry, (typeof SEEN)[number]>;

/** What one proxy saw of a request. */
export interface Hop extends Seen {
  readonly callee: string | undefined;
  readonly explanation: Explanation | undefined;
}

/** A request that failed somewhere on its way, or one that the mesh retried. */
export interface Failure {
  /** When it began, in milliseconds since 1970. */
  readonly time: number;
  readonly requestId: string | undefined;
  /** `GET /api/path`, or the two ends of a connection. */
  readonly what: string;
  /** What its first caller got. */
  readonly status: number;
  readonly durationMs: number;
  /** True where it was answered after all: the mesh retried it, or no caller needed the failed part. */
  readonly recovered: boolean;
  /** The failure that is furthest downstream: the root cause. */
  readonly cause: Explanation & { readonly service: string };
  /** In the order of travel. */
  readonly hops: readonly Hop[];
  /** What the services wrote about it. */
  readonly lines: readonly ServiceLine[];
  /** How many connections failed like this one. */
  readonly count: number;
}

/** Joins what the proxies and the services wrote by request id and returns the failed and retried requests, the oldest first. */
export function findFailures(entries: readonly AccessEntry[], lines: readonly ServiceLine[]): readonly Failure[] {
  const linesOf = Map.groupBy(lines, ({ requestId }) => requestId ?? '');
  const requests = [...Map.groupBy(entries, keyOf).values()].map((group) => failureOf(group, linesOf));
  return requests.filter((failure) => failure !== undefined).toSorted((a, b) => a.time - b.time);
}

/** What each proxy logged of one request, in the order of travel. */
export const hopsOf = (entries: readonly AccessEntry[]): readonly Hop[] =>
  inOrderOfTravel(entries).map((entry) => hopOf(entry, explain(entry) ?? retried(entry)));

/** Connections have no id: those that failed in the same way are one. */
const keyOf = (entry: AccessEntry): string =>
  entry.requestId ?? JSON.stringify([entry.pod, entry.direction, entry.callee, entry.flags, entry.details, entry.termination]);

function failureOf(group: readonly AccessEntry[], linesOf: ReadonlyMap<string, readonly ServiceLine[]>): Failure | undefined {
  const entries = inOrderOfTravel(group);
  const explained = entries.map((entry) => ({ entry, explanation: explain(entry) ?? retried(entry) }));
  // DC marks a callee whose caller stopped waiting: the caller's own failure is the reason.
  const failed = explained.filter(({ explanation }) => explanation);
  const cause = failed.findLast(({ explanation }) => explanation?.code !== 'DC') ?? failed[0];
  const [first] = entries;
  if (!first || !cause?.explanation) return undefined;
  const { requestId } = first;
  return {
    time: Math.min(...entries.map(({ time }) => time)),
    requestId,
    what: first.method ? `${first.method} ${first.path}` : connectionOf(first),
    status: first.status,
    durationMs: first.durationMs,
    recovered: first.status > 0 && first.status < 500 && explain(first) === undefined && !REFUSALS.has(cause.explanation.code),
    cause: { ...cause.explanation, service: cause.entry.service },
    hops: (requestId ? explained : explained.slice(0, 1)).map(({ entry, explanation }) => hopOf(entry, explanation)),
    lines: requestId ? (linesOf.get(requestId) ?? []).toSorted((a, b) => a.time - b.time) : [],
    count: requestId ? 1 : entries.length,
  };
}

/** Their status is an answer of the mesh itself. */
const REFUSALS = new Set(['DENIED', 'UNKNOWN CALLEE', 'NR']);

const connectionOf = ({ direction, service, callee, authority, destination }: AccessEntry): string =>
  direction === 'inbound' ? `a connection to ${service}` : `${service} → ${callee?.service || authority || destination}`;

function retried(entry: AccessEntry): Explanation | undefined {
  if (entry.direction === 'inbound' || entry.attempts < 2) return undefined;
  return {
    code: 'REPEATED',
    message: `${entry.service} asked ${entry.callee?.service} ${entry.attempts} times`,
    hint: 'the retry worked as configured; the lines of the callee show why it was necessary',
  };
}

function hopOf(entry: AccessEntry, explanation: Explanation | undefined): Hop {
  const seen = Object.fromEntries(SEEN.map((name) => [name, entry[name]])) as unknown as Seen;
  return { ...seen, callee: entry.callee?.service, explanation };
}

/** By who calls whom, since clocks of a millisecond are too coarse: a caller's side of a call, then the callee's. */
function inOrderOfTravel(entries: readonly AccessEntry[]): readonly AccessEntry[] {
  const depths = new Map<string, number>();
  const outbound = entries.filter(({ direction }) => direction === 'outbound');
  const depthOf = (service: string, seen: ReadonlySet<string> = new Set()): number => {
    const known = depths.get(service);
    if (known !== undefined) return known;
    const callers = outbound.filter(({ callee, service: caller }) => callee?.service === service && !seen.has(caller));
    const depth = Math.max(-1, ...callers.map(({ service: caller }) => depthOf(caller, new Set([...seen, service])))) + 1;
    depths.set(service, depth);
    return depth;
  };
  const rank = ({ service, direction }: AccessEntry) => 2 * depthOf(service) + (direction === 'outbound' ? 1 : 0);
  return entries.toSorted((a, b) => rank(a) - rank(b) || a.time - b.time);
}
