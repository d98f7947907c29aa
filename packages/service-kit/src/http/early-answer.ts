import type { IncomingMessage, Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { LIMITS } from '../limits.js';

/**
 * Reads what is left of a body before a request is answered without it (413, 405, 415 …): a connection that closes with unread bytes is
 * reset, and the reset may overtake the answer, which a proxy then reports as 503 UC. Within bounds: who sends more may lose the answer.
 */
export function drainBeforeEarlyAnswers(fastify: FastifyInstance, bodyLimit: number): void {
  fastify.addHook('onSend', async ({ raw }, reply) => {
    if (raw.complete || raw.destroyed || awaitsContinue(raw, bodyLimit)) return;
    if (!(await drained(raw))) reply.header('connection', 'close');
  });
}

/** A client that asks before it sends a body that is too large gets the answer instead of `100 Continue`, and sends nothing. */
export function refuseToContinue(server: Server, bodyLimit: number): void {
  server.on('checkContinue', (request, response) => {
    if (!awaitsContinue(request, bodyLimit)) response.writeContinue();
    server.emit('request', request, response);
  });
}

// https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
const awaitsContinue = ({ headers }: IncomingMessage, bodyLimit: number): boolean =>
  headers.expect?.toLowerCase() === '100-continue' && Number(headers['content-length']) > bodyLimit;

/** Whether all of the body arrived within the bounds. */
async function drained(request: IncomingMessage): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LIMITS.drainMs);
  let bytes = 0;
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LIMITS.drainBytes) resolve();
  };
  const ends = ['end', 'close', 'error'];
  request.on('data', count);
  for (const end of ends) request.on(end, resolve);
  request.resume();
  await promise;
  clearTimeout(timer);
  request.off('data', count);
  for (const end of ends) request.off(end, resolve);
  return request.complete;
}
