/** Which pod wrote a line. */
export interface Writer {
  /** `gateway`, or the label `app` of the pod. */
  readonly service: string;
  readonly version: string;
  readonly pod: string;
}

/** One line of a proxy's access log: one request, or one connection where the protocol is not HTTP. */
export interface AccessEntry extends Writer {
  /** When the request began, in milliseconds since 1970. */
  readonly time: number;
  /** `inbound`: a call to the pod. `outbound`: a call by it. */
  readonly direction: 'inbound' | 'outbound';
  readonly requestId: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  /** HTTP's; 0 where there was no answer, or no HTTP. */
  readonly status: number;
  /** gRPC's, such as `UNAVAILABLE`. */
  readonly grpcStatus: string | undefined;
  /** What Envoy observed: https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#response-flags */
  readonly flags: readonly string[];
  /** Envoy's response code details: the sender of the answer, and why. */
  readonly details: string;
  /** Why the connection to the callee failed. */
  readonly failure: string;
  /** Why the caller's connection was refused. */
  readonly refused: string;
  readonly termination: string;
  readonly route: string;
  /** Attempts at the callee. */
  readonly attempts: number;
  readonly durationMs: number;
  readonly callee: { readonly service: string; readonly subset: string; readonly port: string } | undefined;
  /** The SPIFFE identity that the caller proved. */
  readonly caller: string | undefined;
  /** Where the caller wanted to go. */
  readonly destination: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads a proxy's line; undefined where it is no line of the access log. */
export function parseAccessEntry(text: string, writer: Writer): AccessEntry | undefined {
  const fields = parseObject(text);
  const time = Date.parse(word(fields?.time));
  if (!fields || !('flags' in fields) || Number.isNaN(time)) return undefined;
  const cluster = word(fields.cluster);
  return {
    ...writer,
    time,
    direction: directionOf(cluster, word(fields.route), writer),
    requestId: word(fields.request_id) || undefined,
    method: word(fields.method),
    path: word(fields.path),
    authority: word(fields.authority),
    status: number(fields.status),
    grpcStatus: word(fields.grpc_status) || undefined,
    flags: word(fields.flags).split(',').filter(Boolean),
    details: word(fields.details),
    failure: word(fields.failure),
    refused: word(fields.refused),
    termination: word(fields.termination),
    route: word(fields.route),
    attempts: number(fields.attempts),
    durationMs: number(fields.duration_ms),
    callee: calleeOf(cluster),
    caller: word(fields.caller) || undefined,
    destination: word(fields.destination),
  };
}

/** The object of a line of JSON; undefined where it is none. */
export function parseObject(text: string): Fields | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return undefined;
  }
}

/** Envoy writes what it does not know as null, or as `-` within text. */
const word = (value: unknown): string => (value === null || value === undefined || value === '-' ? '' : String(value));
const number = (value: unknown): number => Number(word(value)) || 0;

/** A cluster is named `DIRECTION|PORT|SUBSET|HOST`; a request that met no route has none. */
function directionOf(cluster: string, route: string, { service }: Writer): AccessEntry['direction'] {
  if (cluster.startsWith('inbound|')) return 'inbound';
  if (service === 'gateway' || cluster !== '' || route !== '') return 'outbound';
  return 'inbound'; // a connection that the listener itself refused
}

function calleeOf(cluster: string): AccessEntry['callee'] {
  const [direction, port = '', subset = '', host = ''] = cluster.split('|');
  return direction === 'outbound' ? { service: host.split('.')[0] ?? host, subset, port } : undefined;
}
