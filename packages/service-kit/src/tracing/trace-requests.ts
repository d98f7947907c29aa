import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isOperatorPath, pathOf } from '../http/operator-paths.js';
import { NOT_TRACED, type SpanEnd, type Tracing, type WorkSpan } from './tracing.js';

// The ones that a span may be named by; others could be anything. https://opentelemetry.io/docs/specs/semconv/registry/attributes/http/
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'QUERY']);

/** A span for every request but the operator's. From here on the request's own headers name it: logs and callees read them. */
export function traceRequests(fastify: FastifyInstance, tracing: Tracing): void {
  if (tracing === NOT_TRACED) return;
  const spans = new WeakMap<FastifyRequest, WorkSpan>();
  fastify.addHook('onRequest', (request, reply, done) => {
    const span = isOperatorPath(request) ? undefined : arrivalOf(request, tracing);
    if (span) {
      spans.set(request, span);
      delete request.headers.tracestate; // of a trace that the span does not continue, where there is one
      Object.assign(request.headers, span.headers);
      reply.raw.once('close', () => span.end(endOf(reply)));
    }
    done();
  });
  // Not earlier: the events that bring a body do not belong to the request that runs.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) span.run(done);
    else done();
  });
}

// https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server
function arrivalOf(request: FastifyRequest, tracing: Tracing): WorkSpan | undefined {
  const method = METHODS.has(request.method) ? request.method : '_OTHER';
  const { url: route } = request.routeOptions;
  const attributes = { 'http.request.method': method, 'url.path': pathOf(request), 'url.scheme': request.protocol };
  const verb = method === '_OTHER' ? 'HTTP' : method;
  const name = route ? `${verb} ${route}` : verb;
  return tracing.arrival(name, { ...attributes, ...(route && { 'http.route': route }) }, request.headers);
}

function endOf({ raw, statusCode }: FastifyReply): SpanEnd {
  if (!raw.headersSent) return { failure: 'aborted' };
  const failure = statusCode >= 500 ? String(statusCode) : undefined;
  return { attributes: { 'http.response.status_code': statusCode }, failure: failure ?? (raw.writableFinished ? undefined : 'aborted') };
}
