import { type Hop, pathSchema } from '@mesh-platform/contracts';
import { parseJson, type Tracing } from '@mesh-platform/service-kit';
import { problemForHttp, timeoutError, unavailable, unusable } from './callee-problem.js';
import type { Callee } from './callees.env.js';
import type { CalleeClient } from './callees.js';

/** Bytes of an answer: a hop has some hundreds. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Asks a callee for its path over HTTP: `GET /path`. */
export class HttpCallee implements CalleeClient {
  readonly #url: string;

  constructor(
    readonly callee: Callee,
    private readonly tracing: Tracing,
  ) {
    this.#url = `http://${callee.address}/path`;
  }

  async hops(headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<Hop[]> {
    const { name } = this.callee;
    const span = this.tracing.call('GET', { 'http.request.method': 'GET', 'url.full': this.#url });
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await fetch(this.#url, { headers: { accept: 'application/json', ...headers, ...span?.headers }, signal });
      const text = await boundedText(name, answer);
      span?.end({
        attributes: { 'http.response.status_code': answer.status },
        failure: answer.status >= 400 ? String(answer.status) : undefined,
      });
      if (answer.status >= 400) throw problemForHttp(name, answer.status);
      return readHops(name, text);
    } catch (error) {
      span?.end({ failure: error instanceof Error ? error.name : 'unknown' });
      if (error instanceof Error && error.name === 'TimeoutError') throw timeoutError(name, error);
      throw error instanceof TypeError ? unavailable(name, error) : error; // fetch throws a TypeError where there is no answer
    }
  }

  close(): void {}
}

/** @throws ProblemException 502 for an answer that is too large */
async function boundedText(name: string, { body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw unusable(name);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function readHops(name: string, text: string): Hop[] {
  try {
    return pathSchema.parse(parseJson(text)).hops;
  } catch (error) {
    throw unusable(name, error);
  }
}
