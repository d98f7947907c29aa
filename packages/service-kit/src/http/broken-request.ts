import { randomUUID } from 'node:crypto';
import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { LIMITS } from '../limits.js';
import type { Logger } from '../log/logger.js';
import { ProblemException, problemOf } from './problem.js';

const REASONS: Readonly<Record<string, [status: number, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not arrive in time'],
  HPE_HEADER_OVERFLOW: [431, 'the headers are too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'the chunk extensions are too large'],
};

/** Answers malformed HTTP with a problem document; it never becomes a request, so no hook and no filter sees it. */
export function answerBrokenRequest(logger: Logger, headers: Readonly<Record<string, string>>) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0) {
      // A proxy's spare connection: closed now, it could meet its first request. The limits apply from that request's first byte on.
      socket.setTimeout(LIMITS.keepAliveMs);
      return;
    }
    const [status, detail] = REASONS[error.code ?? ''] ?? [400, 'the request is not HTTP'];
    const requestId = randomUUID();
    logger.info({ requestId, status, code: error.code }, 'broken request');
    const body = JSON.stringify(problemOf(new ProblemException(status, detail), requestId));
    const fields = {
      ...headers,
      'x-request-id': requestId,
      'content-type': 'application/problem+json',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    };
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
    closeOnceRead(socket);
  };
}

/** Drops what still arrives until the client closes, within the bounds: bytes left unread would reset the connection, and with it the answer. */
function closeOnceRead(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LIMITS.drainMs);
  let bytes = 0;
  socket.removeAllListeners('data');
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LIMITS.drainBytes) socket.destroy();
  });
  socket.on('close', () => clearTimeout(timer)).resume();
}

/** Ignores an unknown expectation, as RFC 9110 allows; Node.js would answer 417 without a body. */
export function ignoreUnknownExpectations(server: Server): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/** An HTTP/1.1 request without Host is a 400 with a problem document; Node.js would answer it without a word. https://www.rfc-editor.org/rfc/rfc9112#section-3.2 */
export function requireHost(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async ({ raw }) => {
    if (raw.headers.host === undefined && raw.httpVersion === '1.1') throw new ProblemException(400, 'the header Host is required');
  });
}
