import type { FastifyRequest } from 'fastify';

// Where a kubelet and Prometheus ask.
const OPERATOR_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/** The path of a request without its query, which may contain text of a user. */
export const pathOf = (request: Pick<FastifyRequest, 'url'>): string => request.url.split('?', 1)[0] ?? '/';

/** Whether the platform itself asks: such requests are neither logged nor measured, and no injected fault strikes them. */
export const isOperatorPath = (request: Pick<FastifyRequest, 'url'>): boolean => OPERATOR_PATHS.has(pathOf(request));
