import { STATUS_CODES } from 'node:http';
import { type SchemaName, schemaRef } from './schemas.js';

/** The meaning of each error status. */
const PROBLEMS = {
  400: 'The request is not valid; `errors` names each field, parameter or header and its rule.',
  404: 'No document has this id.',
  409: 'The idempotency key was used with other content.',
  412: 'The document is at another revision than `If-Match` names: read it again.',
  413: 'The body is too large.',
  414: 'The id is too long.',
  415: 'The body is not `application/json`, or it is compressed.',
  428: 'The header that makes the request safe is missing.',
  502: 'Core gave an answer that web cannot use, or the mesh refused the call.',
  503: 'Core cannot answer now or is busy; `Retry-After` states when to retry.',
  504: 'Core did not answer in time: whether it did what was asked is not known.',
} as const;

export type ProblemStatus = keyof typeof PROBLEMS;

const headerRef = (name: string) => ({ $ref: `#/components/headers/${name}` });
const everywhere = { 'X-Request-Id': headerRef('RequestId'), 'X-Served-By': headerRef('ServedBy') };
const named = { ETag: headerRef('ETag'), Location: headerRef('Location'), 'Retry-After': headerRef('RetryAfter') };

export const headers = {
  RequestId: {
    description: 'The request, in every log and in every problem document: the one that was sent, or a new one.',
    required: true,
    schema: { type: 'string', pattern: '^[\\w.:-]{1,128}$' },
  },
  ServedBy: { description: 'Service and version.', required: true, schema: { type: 'string', pattern: '^web/v\\d+$' } },
  ETag: {
    description: 'The revision in quotation marks: a strong validator.',
    required: true,
    schema: { type: 'string', pattern: '^"[1-9]\\d*"$' },
  },
  Location: { description: 'Where the document is.', required: true, schema: { type: 'string', pattern: '^/documents/' } },
  RetryAfter: { description: 'Seconds.', required: true, schema: { type: 'integer', minimum: 0 } },
};

/** An answer with content, or without where no schema is named. */
export const answer = (description: string, schema?: SchemaName, ...extra: (keyof typeof named)[]) => ({
  description,
  headers: { ...everywhere, ...Object.fromEntries(extra.map((name) => [name, named[name]])) },
  ...(schema && { content: { 'application/json': { schema: schemaRef(schema) } } }),
});

const problemResponse = (description: string, extra = {}) => ({
  description,
  headers: { ...everywhere, ...extra },
  content: { 'application/problem+json': { schema: schemaRef('Problem') } },
});

/** The responses that operations refer to by the status. */
export const problemResponses = {
  ...Object.fromEntries(
    Object.entries(PROBLEMS).map(([status, description]) => [
      nameOf(Number(status)),
      problemResponse(description, status === '503' ? { 'Retry-After': named['Retry-After'] } : {}),
    ]),
  ),
  Other: problemResponse('Any other error.'),
};

/** References to the problems of an operation, and to the one for all others. */
export const problems = (...statuses: ProblemStatus[]) => ({
  ...Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/${nameOf(status)}` }])),
  default: { $ref: '#/components/responses/Other' },
});

function nameOf(status: number): string {
  return (STATUS_CODES[status] ?? '').replaceAll(/\W/g, '');
}
