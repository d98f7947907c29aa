import { cursorSchema, DEFAULT_PAGE_SIZE, documentIdSchema, idempotencyKeySchema, pageSizeSchema } from '@mesh-platform/contracts';
import { answer, headers, problemResponses, problems } from './responses.js';
import { jsonSchemaOf, namedSchemas, schemaRef } from './schemas.js';

const ENTITY_TAGS = { type: 'string', examples: ['"1"', '*'] };

const parameters = {
  Id: { name: 'id', in: 'path', required: true, schema: jsonSchemaOf(documentIdSchema) },
  Limit: {
    name: 'limit',
    in: 'query',
    description: 'How many items a page has at most.',
    schema: { ...jsonSchemaOf(pageSizeSchema), default: DEFAULT_PAGE_SIZE },
  },
  Cursor: { name: 'cursor', in: 'query', description: 'The `next` of the page before.', schema: jsonSchemaOf(cursorSchema) },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description: 'The same key with the same content writes once, and each answer is the first one.',
    schema: jsonSchemaOf(idempotencyKeySchema),
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: true,
    description: 'The ETag of the revision that was edited. A weak tag matches none; `*` overwrites whichever is there.',
    schema: ENTITY_TAGS,
  },
  IfMatchOptional: {
    name: 'If-Match',
    in: 'header',
    description: 'Deletes the document only at this revision; without the header, at any revision.',
    schema: ENTITY_TAGS,
  },
  IfNoneMatch: { name: 'If-None-Match', in: 'header', description: 'The ETag of what the caller has.', schema: ENTITY_TAGS },
};

const parameter = (name: keyof typeof parameters) => ({ $ref: `#/components/parameters/${name}` });
const content = { required: true, content: { 'application/json': { schema: schemaRef('NewDocument') } } };

const documents = {
  post: {
    operationId: 'createDocument',
    summary: 'Writes a document, once per idempotency key',
    parameters: [parameter('IdempotencyKey')],
    requestBody: content,
    responses: {
      201: answer('The document as it was first written.', 'Document', 'ETag', 'Location'),
      ...problems(400, 409, 413, 415, 428, 502, 503, 504),
    },
  },
  get: {
    operationId: 'listDocuments',
    summary: 'A page of documents without their bodies, newest first',
    parameters: [parameter('Limit'), parameter('Cursor')],
    responses: { 200: answer('The page.', 'DocumentPage'), ...problems(400, 502, 503, 504) },
  },
};

const document = {
  parameters: [parameter('Id')],
  get: {
    operationId: 'getDocument',
    summary: 'The document',
    parameters: [parameter('IfNoneMatch')],
    responses: {
      200: answer('The document.', 'Document', 'ETag'),
      304: answer('The caller has this revision.', undefined, 'ETag'),
      ...problems(400, 404, 414, 502, 503, 504),
    },
  },
  put: {
    operationId: 'updateDocument',
    summary: 'Replaces title and body of the revision that was edited',
    parameters: [parameter('IfMatch')],
    requestBody: content,
    responses: {
      200: answer('The document at its next revision.', 'Document', 'ETag'),
      ...problems(400, 404, 412, 413, 414, 415, 428, 502, 503, 504),
    },
  },
  delete: {
    operationId: 'deleteDocument',
    summary: 'Deletes the document; the idempotency key that created it stays used',
    parameters: [parameter('IfMatchOptional')],
    responses: { 204: answer('It is deleted.'), ...problems(400, 404, 412, 414, 502, 503, 504) },
  },
};

const others = {
  '/path': {
    get: {
      operationId: 'getPath',
      summary: 'The path of this request: web’s hop and those behind it',
      responses: { 200: answer('The hops in the order of travel.', 'Path'), ...problems(502, 503, 504) },
    },
  },
  '/healthz': {
    get: { operationId: 'isAlive', summary: 'Whether the process lives', responses: { 200: answer('It does.', 'Alive'), ...problems() } },
  },
  '/readyz': {
    get: {
      operationId: 'isReady',
      summary: 'Whether web can serve; never depends on core',
      responses: { 200: answer('It can.', 'Readiness'), 503: answer('It drains.', 'Readiness'), ...problems() },
    },
  },
  '/metrics': {
    get: {
      operationId: 'getMetrics',
      summary: 'What this process measures',
      responses: {
        200: { ...answer('Prometheus text.'), content: { 'text/plain': { schema: { type: 'string' } } } },
        ...problems(),
      },
    },
  },
  '/openapi.json': {
    get: {
      operationId: 'getDescription',
      summary: 'This description',
      responses: {
        200: { ...answer('OpenAPI 3.1.'), content: { 'application/json': { schema: { type: 'object' } } } },
        ...problems(),
      },
    },
  },
};

/** Web's HTTP API in OpenAPI 3.1. https://spec.openapis.org/oas/v3.1.1.html */
export const openApiDocument = (version: string) => ({
  openapi: '3.1.1',
  info: { title: 'Documents', version, description: 'Markdown documents. Errors are problem documents (RFC 9457).' },
  paths: { '/documents': documents, '/documents/{id}': document, ...others },
  components: { schemas: namedSchemas(), parameters, headers, responses: problemResponses },
});
