import { once } from 'node:events';
import { createServer } from 'node:http';

/** A span as it arrived. */
export interface CollectedSpan {
  service: string;
  traceId: string;
  spanId: string;
  /** Empty for the first span of a trace. */
  parentSpanId: string;
  traceState: string;
  name: string;
  kind: 'server' | 'client';
  attributes: Record<string, string | number>;
  failed: boolean;
}

export interface TraceCollector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  endpoint: string;
  spans: CollectedSpan[];
  /** Requests that it got. */
  requests: number;
  /** The status of its answers, 200 at first. */
  status: number;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number | string; doubleValue?: number };
}
interface TraceRequest {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: (Pick<CollectedSpan, 'traceId' | 'spanId' | 'name'> & OtlpSpan)[] }[];
  }[];
}
interface OtlpSpan {
  parentSpanId?: string;
  traceState?: string;
  /** 2 is a server's, 3 a client's. */
  kind: number;
  attributes: Attribute[];
  /** 2 is an error. */
  status: { code?: number };
}

/** Takes traces as a collector does: OTLP over HTTP, in JSON. https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export async function startTraceCollector(): Promise<TraceCollector> {
  const server = createServer(async (request, response) => {
    collector.requests++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method === 'POST' && request.url === '/v1/traces' && collector.status === 200) {
      collector.spans.push(...spansOf(JSON.parse(Buffer.concat(chunks).toString())));
    }
    response.writeHead(collector.status, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const collector: TraceCollector = {
    endpoint: `http://127.0.0.1:${address.port}`,
    spans: [],
    requests: 0,
    status: 200,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return collector;
}

function spansOf({ resourceSpans }: TraceRequest): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map(({ traceId, spanId, parentSpanId = '', traceState = '', name, kind, attributes, status }) => ({
        ...{ service, traceId, spanId, parentSpanId, traceState, name },
        kind: kind === 2 ? 'server' : 'client',
        attributes: valuesOf(attributes),
        failed: status.code === 2,
      }));
  });
}

const valuesOf = (attributes: Attribute[]): Record<string, string | number> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue ?? value.doubleValue)]));
