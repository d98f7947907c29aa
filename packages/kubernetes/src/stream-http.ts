import { Agent, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';

/** One stream that stays open for request after request. It is no socket, so there is nothing to keep alive, and nothing that its agent may ref. */
class StreamAgent extends Agent {
  readonly #stream: Duplex;

  constructor(stream: Duplex) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#stream = Object.assign(stream, { ref: () => stream });
  }

  override createConnection(): Duplex {
    return this.#stream;
  }

  override keepSocketAlive(): boolean {
    return true;
  }
}

/** HTTP over a stream that the caller opened, one request after the other. */
export class StreamHttp {
  readonly #agent: StreamAgent;
  constructor(stream: Duplex) {
    stream.on('error', () => {}); // each request hears of it by itself
    this.#agent = new StreamAgent(stream);
  }

  /** The body of a 200; throws at any other answer, where the stream ends or has ended, and when `signal` aborts. */
  get(path: string, signal: AbortSignal): Promise<string> {
    return this.#send('GET', path, '', signal);
  }

  /** Sends JSON; the answer is handled as for `get`. */
  post(path: string, body: string, signal: AbortSignal): Promise<string> {
    return this.#send('POST', path, body, signal);
  }

  async #send(method: 'GET' | 'POST', path: string, body: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      // Node.js does not abort a request over a stream that is no socket.
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      const headers = body === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const sent = request({ agent: this.#agent, host: 'localhost', method, path, headers, signal }, (response) => {
        text(response).then(
          (body) => (response.statusCode === 200 ? resolve(body) : reject(new Error(`${method} ${path}: ${response.statusCode}`))),
          reject,
        );
      });
      sent.on('error', reject);
      sent.on('close', () => signal.removeEventListener('abort', abort));
      sent.end(body);
    });
  }
}
