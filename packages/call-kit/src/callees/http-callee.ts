import { type Hop, pathSchema } from '@mesh-platform/contracts';
import type { Tracing } from '@mesh-platform/service-kit';
import { late, problemForHttp, unavailable, unusable } from './callee-problem.js';
import type { Callee } from './callees.env.js';
import type { CalleeClient } from './callees.js';

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
      const text = await answer.text();
      span?.end({
        attributes: { 'http.response.status_code': answer.status },
        failure: answer.status >= 400 ? String(answer.status) : undefined,
      });
      if (answer.status >= 400) throw problemForHttp(name, answer.status);
      return readHops(name, text);
    } catch (error) {
      span?.end({ failure: error instanceof Error ? error.name : 'unknown' });
      if (error instanceof Error && error.name === 'TimeoutError') throw late(name, error);
      throw error instanceof TypeError ? unavailable(name, error) : error; // fetch throws a TypeError where there is no answer
    }
  }

  close(): void {}
}

function readHops(name: string, text: string): Hop[] {
  try {
    return pathSchema.parse(JSON.parse(text)).hops;
  } catch (error) {
    throw unusable(name, error);
  }
}
