import {
  type Document,
  type DocumentPage,
  documentPageSchema,
  documentSchema,
  type Hop,
  type NewDocument,
  pathSchema,
  problemSchema,
} from '@mesh-platform/contracts';
import {
  deadlineMs,
  type IncomingHeaders,
  ProblemException,
  parseJson,
  propagatedHeaders,
  type SpanAttributes,
  TRACING,
  type Tracing,
  type WorkSpan,
} from '@mesh-platform/service-kit';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { errors, Pool } from 'undici';
import type { z } from 'zod';
import type { PreviewEnv } from '../env.js';

/** Injects preview's environment. */
export const PREVIEW_ENV = Symbol('PREVIEW_ENV');

/** Bytes of an answer; a body of 256 KiB in which JSON escapes each character as six still fits. */
const MAX_ANSWER_BYTES = 2 * 1024 * 1024;

export interface WebRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
}

export interface WebAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}

/** A document at one revision. */
export interface DocumentAt {
  id: string;
  revision: number;
}

/** What a page shows of a problem document. */
const shownSchema = problemSchema.pick({ detail: true, errors: true });

/** Web over a pool of kept connections. It never tries twice: retrying is the mesh's work. */
@Injectable()
export class WebClient implements OnApplicationShutdown {
  readonly #pool: Pool;
  readonly #origin: string;
  readonly #server: SpanAttributes;

  constructor(
    @Inject(PREVIEW_ENV) private readonly env: PreviewEnv,
    @Inject(TRACING) private readonly tracing: Tracing,
  ) {
    const { origin, hostname, port, protocol } = new URL(env.WEB_URL);
    this.#origin = origin;
    this.#server = { 'server.address': hostname, 'server.port': Number(port) || (protocol === 'https:' ? 443 : 80) };
    // Closes an idle connection long before a proxy would (1 h), so no request meets one that is being closed.
    this.#pool = new Pool(env.WEB_URL, { connections: 64, keepAliveTimeout: 60_000, maxResponseSize: MAX_ANSWER_BYTES });
  }

  /** Sends a request on behalf of another one, with its headers and its deadline. @throws ProblemException 502, 503, 504 */
  async send(incoming: IncomingHeaders, { method, path, headers = {}, body }: WebRequest): Promise<WebAnswer> {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = body === undefined ? null : JSON.stringify(body); // here, so that what fails is no failure of web's
    const span = this.spanOf(method, path);
    try {
      const answer = await this.#pool.request({
        method,
        path,
        headers: { accept: 'application/json', ...content, ...headers, ...propagatedHeaders(incoming), ...span?.headers },
        body: text,
        signal: AbortSignal.timeout(deadlineMs(incoming, this.env.WEB_TIMEOUT_MS)),
      });
      const { statusCode: status } = answer;
      const answered = await answer.body.text();
      span?.end({ attributes: { 'http.response.status_code': status }, failure: status >= 400 ? String(status) : undefined });
      return { status, headers: answer.headers, text: answered };
    } catch (error) {
      span?.end({ failure: error instanceof Error ? error.name : 'unknown' });
      throw problemFor(error);
    }
  }

  // Without the query, which may contain text of a user. https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client
  private spanOf(method: string, path: string): WorkSpan | undefined {
    const url = `${this.#origin}${path.split('?', 1)[0]}`;
    return this.tracing.call(method, { 'http.request.method': method, 'url.full': url, ...this.#server });
  }

  async create(incoming: IncomingHeaders, key: string, content: NewDocument): Promise<Document> {
    const request = { method: 'POST', path: '/documents', headers: { 'idempotency-key': key }, body: content } as const;
    return readAs(documentSchema, await this.send(incoming, request));
  }

  async get(incoming: IncomingHeaders, id: string): Promise<Document> {
    return readAs(documentSchema, await this.send(incoming, { method: 'GET', path: `/documents/${encodeURIComponent(id)}` }));
  }

  /** Changes the document at the revision that was edited. @throws ProblemException 412 where it is at another one */
  async update(incoming: IncomingHeaders, { id, revision }: DocumentAt, content: NewDocument): Promise<Document> {
    const request = { method: 'PUT', path: `/documents/${id}`, headers: { 'if-match': `"${revision}"` }, body: content } as const;
    return readAs(documentSchema, await this.send(incoming, request));
  }

  /** Deletes the document at this revision. @throws ProblemException 412 where it is at another one */
  async delete(incoming: IncomingHeaders, { id, revision }: DocumentAt): Promise<void> {
    const request = { method: 'DELETE', path: `/documents/${id}`, headers: { 'if-match': `"${revision}"` } } as const;
    const answer = await this.send(incoming, request);
    if (answer.status >= 400) throw problemIn(answer);
  }

  async list(incoming: IncomingHeaders, cursor?: string): Promise<DocumentPage> {
    const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
    return readAs(documentPageSchema, await this.send(incoming, { method: 'GET', path: `/documents${query}` }));
  }

  /** Web's hop and those behind it. */
  async hops(incoming: IncomingHeaders): Promise<Hop[]> {
    return readAs(pathSchema, await this.send(incoming, { method: 'GET', path: '/path' })).hops;
  }

  // After the last request was answered: a pool closed earlier would fail those in flight.
  async onApplicationShutdown(): Promise<void> {
    await this.#pool.close();
  }
}

/** An answer as its schema has it. @throws ProblemException what web refused, 502 for what is not as the schema has it */
export function readAs<Schema extends z.ZodType>(schema: Schema, answer: WebAnswer): z.output<Schema> {
  if (answer.status >= 400) throw problemIn(answer);
  const result = schema.safeParse(parsed(answer.text));
  if (!result.success) throw new ProblemException(502, 'web gave an answer that preview cannot use', { cause: result.error });
  return result.data;
}

function problemIn({ status, headers, text }: WebAnswer): ProblemException {
  const { detail, errors } = shownSchema.safeParse(parsed(text)).data ?? {};
  const retryAfter = headers['retry-after'];
  return new ProblemException(status, detail ?? 'web refused the request', {
    ...(errors && { errors }),
    ...(typeof retryAfter === 'string' && { headers: { 'retry-after': retryAfter } }),
  });
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function problemFor(cause: unknown): unknown {
  if (cause instanceof Error && cause.name === 'TimeoutError') return new ProblemException(504, 'web did not answer in time', { cause });
  if (cause instanceof errors.ResponseExceededMaxSizeError) {
    return new ProblemException(502, 'web gave an answer that preview cannot use', { cause });
  }
  if (!(cause instanceof Error && 'code' in cause)) return cause; // no error of the network's: ours
  return new ProblemException(503, 'web cannot be reached', { cause, headers: { 'retry-after': '1' } });
}
