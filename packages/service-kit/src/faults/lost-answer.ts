import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type ProblemException, problemOf } from '../http/problem.js';

const lost = new WeakMap<FastifyRequest, () => ProblemException>();

/** Has the request answered with this error once its work has succeeded; work that fails keeps its own error. */
export function loseAnswer(request: FastifyRequest, error: () => ProblemException): void {
  lost.set(request, error);
}

/** Decided when the answer leaves: a handler may have sent it itself, where no interceptor sees it. */
export function replaceLostAnswers(fastify: FastifyInstance, headers: Readonly<Record<string, string>>): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    const error = reply.statusCode < 400 ? lost.get(request)?.() : undefined;
    if (!error) return payload;
    for (const name of Object.keys(reply.getHeaders())) reply.removeHeader(name); // a Location or an ETag would reveal that the work was done
    reply.headers({ ...headers, ...error.headers, 'x-request-id': request.id });
    reply.status(error.getStatus()).type('application/problem+json');
    return Buffer.from(JSON.stringify(problemOf(error, request.id)));
  });
}
