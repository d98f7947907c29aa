import type { FastifyInstance } from 'fastify';
import { ProblemException } from './problem.js';

/** An HTTP/1.1 request without Host is a 400 with a problem document; Node.js would answer it without a word. https://www.rfc-editor.org/rfc/rfc9112#section-3.2 */
export function requireHost(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async ({ raw }) => {
    if (raw.headers.host === undefined && raw.httpVersion === '1.1') throw new ProblemException(400, 'the header Host is required');
  });
}
