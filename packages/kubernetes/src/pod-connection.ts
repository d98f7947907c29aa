import { Duplex, PassThrough } from 'node:stream';
import { type KubeConfig, PortForward } from '@kubernetes/client-node';
import { apiFailure } from './api-failure.ts';
import { StreamHttp } from './stream-http.ts';

/**
 * A stream to a port that a pod opens only on its loopback, over the API server: what `kubectl port-forward` does, in this process.
 * Needs the permission `pods/portforward` in the namespace. Destroying the stream closes the connection.
 */
export async function openPodStream(config: KubeConfig, namespace: string, pod: string, port: number): Promise<Duplex> {
  const fromPod = new PassThrough();
  const toPod = new PassThrough();
  const refusal = new PassThrough();
  const stream = Duplex.from({ readable: fromPod, writable: toPod });
  stream.on('error', () => {}); // the kubelet may refuse before the caller has the stream
  refusal.on('data', (words: Buffer) => stream.destroy(new Error(words.toString())));
  try {
    const socket = await new PortForward(config).portForward(namespace, pod, [port], fromPod, refusal, toPod);
    if (typeof socket === 'function') throw new Error('no connection');
    if (stream.errored) {
      socket.close();
      throw stream.errored;
    }
    socket.onclose = () => stream.destroy(new Error(`the connection to pod ${namespace}/${pod} ended`));
    stream.once('close', () => socket.close());
    return stream;
  } catch (error) {
    throw apiFailure(`connect to port ${port} of pod ${namespace}/${pod}`, errorIn(error));
  }
}

/** HTTP over such a stream, one request after the other. */
export class PodConnection extends StreamHttp {
  readonly #stream: Duplex;

  constructor(stream: Duplex) {
    super(stream);
    this.#stream = stream;
  }

  close(): void {
    this.#stream.destroy();
  }
}

/** A web socket fails with an event that contains the error. */
const errorIn = (thrown: unknown): unknown =>
  thrown instanceof Error ? thrown : ((thrown as { error?: unknown } | undefined)?.error ?? thrown);
