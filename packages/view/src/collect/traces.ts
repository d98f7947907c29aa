import type { RequestSpan, RequestTrace } from '../snapshot.ts';

/** The pod whose connection the spans came over: a pod reports only its own. */
export interface SpanSource {
  readonly service: string;
  readonly version: string;
}

/** Bounds of what pods can make the view keep. */
const MOST_TRACES = 500;
const MOST_SPANS = 64;
const MOST_CHARACTERS = 120;

interface Trace {
  requestId: string | undefined;
  readonly spans: Map<string, RequestSpan>;
}

/** The spans of the requests that were traced last, by trace and by request id. */
export class Traces {
  readonly #traces = new Map<string, Trace>();
  readonly #byRequest = new Map<string, string>();

  /** Adds the spans of an OTLP request in JSON. What is not as OTLP has it is left out. */
  add(text: string, source: SpanSource): void {
    for (const { traceId, requestId, span } of readSpans(text, source)) {
      const trace = this.#traceOf(traceId);
      if (trace.spans.size < MOST_SPANS) trace.spans.set(span.id, span);
      if (requestId === undefined || trace.requestId !== undefined) continue;
      trace.requestId = requestId;
      this.#byRequest.set(requestId, traceId);
    }
  }

  /** The spans of a request, the earliest first; empty where it was not traced, or long ago. */
  spansOf(requestId: string): readonly RequestSpan[] {
    const trace = this.#traces.get(this.#byRequest.get(requestId) ?? '');
    return trace ? [...trace.spans.values()].toSorted((a, b) => a.startedAt - b.startedAt) : [];
  }

  /** The traces of the last requests, the newest first. */
  newest(count: number): readonly RequestTrace[] {
    const known = [...this.#traces.values()].flatMap(({ requestId }) => (requestId === undefined ? [] : [requestId]));
    return known.slice(-count).toReversed().map((requestId) => ({ requestId, spans: this.spansOf(requestId) })); // biome-ignore format: one list
  }

  #traceOf(traceId: string): Trace {
    const known = this.#traces.get(traceId);
    if (known) return known;
    const trace: Trace = { requestId: undefined, spans: new Map() };
    this.#traces.set(traceId, trace);
    const [oldest] = this.#traces;
    if (this.#traces.size > MOST_TRACES && oldest) {
      this.#traces.delete(oldest[0]);
      if (oldest[1].requestId !== undefined) this.#byRequest.delete(oldest[1].requestId);
    }
    return trace;
  }
}

interface OtlpValue {
  readonly stringValue?: unknown;
  readonly intValue?: unknown;
}
interface OtlpSpan {
  readonly traceId?: unknown;
  readonly spanId?: unknown;
  readonly parentSpanId?: unknown;
  readonly name?: unknown;
  readonly kind?: unknown;
  readonly startTimeUnixNano?: unknown;
  readonly endTimeUnixNano?: unknown;
  readonly attributes?: readonly { readonly key?: unknown; readonly value?: OtlpValue }[];
  readonly status?: { readonly code?: unknown };
}
interface OtlpRequest {
  readonly resourceSpans?: readonly { readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[] }[];
}

function* readSpans(text: string, source: SpanSource) {
  for (const span of spansIn(text)) {
    const { traceId, spanId, startTimeUnixNano: start, endTimeUnixNano: end } = span;
    if (!isHex(traceId, 32) || !isHex(spanId, 16) || !isTime(start) || !isTime(end)) continue;
    const attributes = new Map((Array.isArray(span.attributes) ? span.attributes : []).map(({ key, value }) => [key, value?.stringValue ?? value?.intValue])); // biome-ignore format: one map
    const word = (name: string): string | undefined => short(attributes.get(name));
    const status = word('http.response.status_code') ?? word('rpc.status_code');
    const failure = word('error.type');
    const attempt = Number(attributes.get('request.attempt'));
    yield {
      traceId,
      requestId: word('request.id'),
      span: {
        ...source,
        id: spanId,
        ...(isHex(span.parentSpanId, 16) ? { parent: span.parentSpanId } : {}),
        kind: span.kind === SERVER ? 'server' : 'client',
        name: short(span.name) ?? '',
        startedAt: milliseconds(start),
        milliseconds: Math.max(0, milliseconds(end) - milliseconds(start)),
        ...(status === undefined ? {} : { status }),
        ...(failure === undefined ? {} : { failure }),
        ...(attempt > 1 ? { attempt } : {}),
      } satisfies RequestSpan,
    };
  }
}
/** `SPAN_KIND_SERVER` */
const SERVER = 2;

function spansIn(text: string): readonly OtlpSpan[] {
  try {
    const { resourceSpans = [] } = JSON.parse(text) as OtlpRequest;
    return resourceSpans.flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(({ spans = [] }) => spans));
  } catch {
    return []; // no OTLP: a port that something else listens at
  }
}

const isHex = (value: unknown, length: number): value is string =>
  typeof value === 'string' && value.length === length && /^[0-9a-f]+$/.test(value);
const isTime = (value: unknown): value is string => typeof value === 'string' && /^\d{16,20}$/.test(value);
/** Nanoseconds since 1970 in microseconds' precision: more does not fit into a number. */
const milliseconds = (nanoseconds: string): number => Number(BigInt(nanoseconds) / 1_000n) / 1_000;
const short = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, MOST_CHARACTERS) : undefined;
