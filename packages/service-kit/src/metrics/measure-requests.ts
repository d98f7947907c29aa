import type { FastifyInstance } from 'fastify';
import { isOperatorPath } from '../http/operator-paths.js';
import type { Metrics } from './metrics.js';

/** Measures every request but the operator's; what no route knows is one label value, whatever its path. */
export function measureRequests(fastify: FastifyInstance, metrics: Metrics): void {
  const durations = metrics.durations('http_request_duration_seconds', 'Time to answer an HTTP request', ['method', 'route', 'status']);
  fastify.addHook('onResponse', async (request, reply) => {
    if (isOperatorPath(request)) return;
    const { url: route = 'none' } = request.routeOptions;
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}
