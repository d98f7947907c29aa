import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { documentIdSchema, idempotencyKeySchema, newDocumentSchema } from '@mesh-platform/contracts';
import {
  type CreateDocumentRequest,
  type DocumentReply,
  type DocumentsGrpcType,
  type GetDocumentRequest,
  PROTO_FILES,
  PROTO_LOADING,
  toTimestamp,
} from '@mesh-platform/contracts/grpc';
import pg from 'pg';
import { requestLog } from './line.ts';

// The statements of apps/core/src/documents/documents.repository.ts: a comparison with others would compare databases.
const GET = `SELECT id, title, revision, created_at AS "createdAt", updated_at AS "updatedAt", body FROM documents WHERE id = $1`;
const CREATE = `
  WITH creation AS (
    INSERT INTO document_creations (idempotency_key, content_hash, document_id, created_at)
    VALUES ($1, $2, uuidv7(), now())
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING document_id, created_at
  ), document AS (
    INSERT INTO documents (id, title, body, created_at, updated_at)
    SELECT document_id, $3, $4, created_at, created_at FROM creation
  )
  SELECT document_id AS id, created_at AS "createdAt" FROM creation`;

const { PGPASSWORD_FILE = '', GRPC_PORT } = process.env;
const pool = new pg.Pool({
  password: async () => (await readFile(PGPASSWORD_FILE, 'utf8')).trim(),
  max: 10,
  keepAlive: true,
  statement_timeout: 2000,
  query_timeout: 3000,
});
const log = requestLog('core');

async function get({ id }: GetDocumentRequest): Promise<DocumentReply> {
  const { rows } = await pool.query(GET, [documentIdSchema.parse(id)]);
  const [row] = rows;
  if (!row) throw Object.assign(new Error('no document has this id'), { code: status.NOT_FOUND });
  return { ...row, createdAt: toTimestamp(row.createdAt), updatedAt: toTimestamp(row.updatedAt) };
}

async function create({ idempotencyKey, title, body }: CreateDocumentRequest): Promise<DocumentReply> {
  const key = idempotencyKeySchema.parse(idempotencyKey);
  const content = newDocumentSchema.parse({ title, body });
  const hash = createHash('sha256')
    .update(JSON.stringify([content.title, content.body]))
    .digest();
  const { rows } = await pool.query(CREATE, [key, hash, content.title, content.body]);
  const [{ id, createdAt }] = rows;
  const time = toTimestamp(createdAt);
  return { id, ...content, revision: 1, createdAt: time, updatedAt: time };
}

/** A method that is logged, as gRPC has it. */
const unary =
  <Request>(method: string, work: (request: Request) => Promise<DocumentReply>) =>
  (call: ServerUnaryCall<Request, DocumentReply>, done: sendUnaryData<DocumentReply>) => {
    const since = performance.now();
    const requestId = String(call.metadata.get('x-request-id')[0]);
    work(call.request).then(
      (reply) => {
        log({ requestId, method, status: 'OK' }, since);
        done(null, reply);
      },
      (error) => {
        log({ requestId, method, status: 'FAILED' }, since);
        done({ code: error.code ?? status.INTERNAL, details: error.message });
      },
    );
  };

const types = loadPackageDefinition(loadSync(PROTO_FILES, PROTO_LOADING)) as unknown as DocumentsGrpcType;
const server = new Server();
const methods: UntypedServiceImplementation = {
  Get: unary('documents.v1.Documents/Get', get),
  Create: unary('documents.v1.Documents/Create', create),
};
server.addService(types.documents.v1.Documents.service, methods);
server.bindAsync(`127.0.0.1:${GRPC_PORT}`, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});
