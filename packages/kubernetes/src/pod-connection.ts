import { Duplex, PassThrough } from 'node:stream';
import { type KubeConfig, PortForward } from '@kubernetes/client-node';
import { apiFailure } from './api-failure.ts';
import { StreamHttp } from './stream-http.ts';

/** HTTP to a port that a pod opens only on its loopback, over the API server: what `kubectl port-forward` does, in this process. */
export class PodConnection {
  readonly #http: StreamHttp;
  readonly #end: () => void;

  private constructor(http: StreamHttp, end: () => void) {
    this.#http = http;
    this.#end = end;
  }

  /** Needs the permission `pods/portforward` in the namespace. */
  static async open(config: KubeConfig, namespace: string, pod: string, port: number): Promise<PodConnection> {
    const fromPod = new PassThrough();
    const toPod = new PassThrough();
    const refusal = new PassThrough();
    const stream = Duplex.from({ readable: fromPod, writable: toPod });
    const http = new StreamHttp(stream);
    refusal.on('data', (words: Buffer) => stream.destroy(new Error(words.toString())));
    try {
      const socket = await new PortForward(config).portForward(namespace, pod, [port], fromPod, refusal, toPod);
      if (typeof socket === 'function') throw new Error('no connection');
      socket.onclose = () => stream.destroy(new Error(`the connection to pod ${namespace}/${pod} ended`));
      return new PodConnection(http, () => {
        socket.close();
        stream.destroy();
      });
    } catch (error) {
      throw apiFailure(`connect to port ${port} of pod ${namespace}/${pod}`, errorIn(error));
    }
  }

  /** The body of a 200; throws at any other answer, where the connection has ended, and when `signal` aborts. */
  get(path: string, signal: AbortSignal): Promise<string> {
    return this.#http.get(path, signal);
  }

  /** Sends JSON and gives the body of a 200; throws as `get` does. */
  post(path: string, body: string, signal: AbortSignal): Promise<string> {
    return this.#http.post(path, body, signal);
  }

  close(): void {
    this.#end();
  }
}

/** A web socket fails with an event that contains the error. */
const errorIn = (thrown: unknown): unknown =>
  thrown instanceof Error ? thrown : ((thrown as { error?: unknown } | undefined)?.error ?? thrown);
