import { Agent, type ClientRequest, request } from 'node:http';
import { Duplex, PassThrough } from 'node:stream';
import { type KubeConfig, PortForward } from '@kubernetes/client-node';
import { apiFailure } from './api-failure.ts';

/** One stream that stays open for request after request. It is no socket, so there is nothing to keep alive or to unref. */
class StreamAgent extends Agent {
  readonly #stream: Duplex;

  constructor(stream: Duplex) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#stream = stream;
  }

  override createConnection(): Duplex {
    return this.#stream;
  }

  override keepSocketAlive(): boolean {
    return true;
  }

  override reuseSocket(_stream: Duplex, _request: ClientRequest): void {}
}

/** HTTP to a port that a pod opens on its loopback alone, over the API server: what `kubectl port-forward` does, in this process. */
export class PodConnection {
  readonly #agent: StreamAgent;
  readonly #end: () => void;

  private constructor(agent: StreamAgent, end: () => void) {
    this.#agent = agent;
    this.#end = end;
  }

  /** Needs the permission `pods/portforward` in the namespace. */
  static async open(config: KubeConfig, namespace: string, pod: string, port: number): Promise<PodConnection> {
    const fromPod = new PassThrough();
    const toPod = new PassThrough();
    const refusal = new PassThrough();
    const stream = Duplex.from({ readable: fromPod, writable: toPod });
    stream.on('error', () => {}); // each request hears of it by itself
    stream.setMaxListeners(0); // Node.js leaves one behind with each request over a stream that is no socket
    refusal.on('data', (words: Buffer) => stream.destroy(new Error(words.toString())));
    try {
      const socket = await new PortForward(config).portForward(namespace, pod, [port], fromPod, refusal, toPod);
      if (typeof socket === 'function') throw new Error('no connection');
      socket.onclose = () => stream.destroy(new Error(`the connection to pod ${namespace}/${pod} ended`));
      return new PodConnection(new StreamAgent(stream), () => {
        socket.close();
        stream.destroy();
      });
    } catch (error) {
      throw apiFailure(`connect to port ${port} of pod ${namespace}/${pod}`, errorIn(error));
    }
  }

  /** The body of a 200; throws at any other answer, and when `signal` aborts. */
  get(path: string, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const sent = request({ agent: this.#agent, host: 'localhost', path, signal }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(`GET ${path}: ${response.statusCode}`))));
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  close(): void {
    this.#end();
  }
}

/** A web socket fails with an event that holds the error. */
const errorIn = (thrown: unknown): unknown =>
  thrown instanceof Error ? thrown : ((thrown as { error?: unknown } | undefined)?.error ?? thrown);
