import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { credentials, loadPackageDefinition, Metadata, type requestCallback } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { documentIdSchema, idempotencyKeySchema, newDocumentSchema } from '@mesh-platform/contracts';
import { type DocumentMessage, type DocumentsGrpcType, isoOf, PROTO_FILES, PROTO_LOADING } from '@mesh-platform/contracts/grpc';
import { requestLog } from './line.ts';

const DEADLINE_MS = 2000;
const utf8 = new TextDecoder('utf-8', { fatal: true });

const { PORT, CORE_ADDRESS = '' } = process.env;
const types = loadPackageDefinition(loadSync(PROTO_FILES, PROTO_LOADING)) as unknown as DocumentsGrpcType;
const core = new types.documents.v1.Documents(CORE_ADDRESS, credentials.createInsecure(), {
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
});
const log = requestLog('web');

/** One call to core, with the request's id and a deadline. */
function ask(requestId: string, call: (metadata: Metadata, options: object, done: requestCallback<DocumentMessage>) => unknown) {
  const metadata = new Metadata();
  metadata.set('x-request-id', requestId);
  return new Promise<DocumentMessage>((resolve, reject) => {
    call(metadata, { deadline: Date.now() + DEADLINE_MS }, (error, reply) => (reply ? resolve(reply) : reject(error)));
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return utf8.decode(Buffer.concat(chunks));
}

async function answer(
  request: IncomingMessage,
  requestId: string,
): Promise<{ readonly status: number; readonly message: DocumentMessage }> {
  if (request.method === 'POST') {
    const idempotencyKey = idempotencyKeySchema.parse(request.headers['idempotency-key']);
    const content = newDocumentSchema.parse(JSON.parse(await textOf(request)));
    return { status: 201, message: await ask(requestId, (...rest) => core.Create({ ...content, idempotencyKey }, ...rest)) };
  }
  const id = documentIdSchema.parse(request.url?.slice('/documents/'.length));
  return { status: 200, message: await ask(requestId, (...rest) => core.Get({ id }, ...rest)) };
}

function send(response: ServerResponse, requestId: string, status: number, { createdAt, updatedAt, ...document }: DocumentMessage): void {
  const body = JSON.stringify({ ...document, createdAt: createdAt && isoOf(createdAt), updatedAt: updatedAt && isoOf(updatedAt) });
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    etag: `"${document.revision}"`,
  });
  response.end(body);
}

const server = createServer({ keepAliveTimeout: 3_660_000 }, async (request, response) => {
  const since = performance.now();
  const requestId = String(request.headers['x-request-id'] ?? randomUUID());
  try {
    const { status, message } = await answer(request, requestId);
    send(response, requestId, status, message);
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
  }
  log({ requestId, method: request.method, path: request.url, status: response.statusCode }, since);
});
server.listen(Number(PORT), '127.0.0.1');
