import { randomUUID } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Logger } from '../log/logger.js';
import { requestFields } from '../log/logger.js';
import { headerOf, type IncomingHeaders } from '../path/headers.js';
import type { ServiceIdentity } from '../path/hop.js';
import type { SpanAttributes, Tracing, WorkSpan } from './tracing.js';

/** Readers at once: each costs a copy of the spans. */
const MOST_READERS = 4;
/** Traces that a service begins in a second: a view shows the newest few. A caller that sampled its request has it traced in any case. */
const TRACES_PER_SECOND = 2;

/**
 * Traces for readers at a port of the pod's loopback: `GET /v1/traces` answers with one OTLP request in JSON on each line, until the
 * reader leaves. Only the pod, and users who may forward its ports, reach it. Without a reader nothing is traced or loaded.
 */
export class TraceTap implements Tracing {
  readonly #server: Server;
  readonly #identity: ServiceIdentity;
  readonly #readers = new Set<ServerResponse>();
  #opened: Promise<Tracing> | undefined;
  #tracing: Tracing | undefined;
  #second = 0;
  #begun = 0;

  constructor(port: number, identity: ServiceIdentity, logger: Logger) {
    this.#identity = identity;
    this.#server = createServer((request, response) => {
      if (request.method !== 'GET' || request.url !== '/v1/traces') response.writeHead(404).end();
      else this.#read(response).catch((error) => response.destroy(error));
    });
    this.#server.maxConnections = MOST_READERS;
    // A port that is taken costs the traces, never the service.
    this.#server.on('error', ({ message }) => logger.warn({ reason: message }, 'traces cannot be read'));
    this.#server.listen(port, '127.0.0.1').unref();
  }

  /**
   * Its span also carries the request id, by which a reader joins it with the lines of proxies, and the attempt. What is not sampled never
   * reaches OpenTelemetry's SDK, where it would cost half of what a span does.
   */
  arrival(name: string, attributes: SpanAttributes, headers: IncomingHeaders): WorkSpan | undefined {
    if (this.#readers.size === 0) return undefined;
    const isSampled = isSampledBy(headers);
    if (isSampled === false) return undefined;
    if (isSampled === undefined && !this.#mayBegin()) return notSampled();
    const { requestId, attempt } = requestFields(headers);
    return this.#tracing?.arrival(name, { ...attributes, 'request.attempt': attempt, ...(requestId && { 'request.id': requestId }) }, headers); // biome-ignore format: one call
  }

  call(name: string, attributes: SpanAttributes): WorkSpan | undefined {
    return this.#readers.size === 0 ? undefined : this.#tracing?.call(name, attributes);
  }

  async close(): Promise<void> {
    await this.#tracing?.close();
    for (const reader of this.#readers) reader.end();
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  /** Whether this request is among the first ones of its second. */
  #mayBegin(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) this.#begun = 0;
    this.#second = second;
    return this.#begun++ < TRACES_PER_SECOND;
  }

  async #read(response: ServerResponse): Promise<void> {
    this.#opened ??= import('./span-stream.js').then(({ streamedTracing }) => streamedTracing(this.#readers, this.#identity));
    this.#tracing = await this.#opened;
    if (response.destroyed) return;
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders();
    this.#readers.add(response);
    response.once('close', () => this.#readers.delete(response));
  }
}

/** The caller's decision; undefined where it made none. https://www.w3.org/TR/trace-context/#sampled-flag */
function isSampledBy(headers: IncomingHeaders): boolean | undefined {
  const [, flags] = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-([0-9a-f]{2})/.exec(headerOf(headers, 'traceparent') ?? '') ?? [];
  return flags === undefined ? undefined : (Number.parseInt(flags, 16) & 1) === 1;
}

/** A request that is not traced: its header keeps callees from beginning a trace of their part. */
function notSampled(): WorkSpan {
  const id = randomUUID().replaceAll('-', '');
  return { headers: { traceparent: `00-${id}-${id.slice(0, 16)}-00` }, run: (work) => work(), end: () => {} };
}
