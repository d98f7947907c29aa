import { type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster, Pod } from '@mesh-platform/kubernetes';
import type { SpanSource } from './traces.ts';

/** Bytes of one line, which is one batch of at most 512 spans. A pod that writes more is not read any further. */
const LINE_BYTES = 4 * 1024 * 1024;
/** Milliseconds before a pod is read again after its connection ended. */
const AGAIN_MS = 2_000;

/** Reads the traces of pods at the port that their variable TRACE_PORT names, over the API server: no pod can reach the view. */
export class TraceReaders {
  readonly #cluster: Pick<Cluster, 'forward'>;
  readonly #take: (line: string, source: SpanSource) => void;
  readonly #reading = new Map<string, AbortController>();

  constructor(cluster: Pick<Cluster, 'forward'>, take: (line: string, source: SpanSource) => void) {
    this.#cluster = cluster;
    this.#take = take;
  }

  /** Reads these pods from now on, and no others. */
  follow(pods: readonly Pod[]): void {
    const wanted = new Map(pods.map((pod) => [pod.metadata?.uid ?? '', pod]));
    for (const [uid, reading] of this.#reading) {
      if (wanted.has(uid)) continue;
      reading.abort();
      this.#reading.delete(uid);
    }
    for (const [uid, pod] of wanted) {
      const port = tracePortOf(pod);
      if (port === undefined || this.#reading.has(uid)) continue;
      const stopped = new AbortController();
      this.#reading.set(uid, stopped);
      void this.#readUntil(stopped.signal, pod, port);
    }
  }

  async #readUntil(signal: AbortSignal, { metadata }: Pod, port: number): Promise<void> {
    const source = { service: metadata?.labels?.app ?? '', version: metadata?.labels?.version ?? '' };
    while (!signal.aborted) {
      // Traces add to what the proxies counted: without them the page has the proxies' lines.
      await this.#read(signal, metadata?.namespace ?? '', metadata?.name ?? '', port, source).catch(() => {});
      await pause(AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #read(signal: AbortSignal, namespace: string, pod: string, port: number, source: SpanSource): Promise<void> {
    const stream = await this.#cluster.forward(namespace, pod, port);
    const end = () => stream.destroy();
    signal.addEventListener('abort', end, { once: true });
    stream.on('error', () => {}); // the answer ends with it
    try {
      signal.throwIfAborted();
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const sent = request({ createConnection: () => stream, host: 'localhost', path: '/v1/traces' }, resolve);
        sent.on('error', reject).end();
        stream.once('close', () => reject(new Error('the connection ended')));
      });
      if (answer.statusCode === 200) for await (const line of linesOf(answer)) this.#take(line, source);
    } finally {
      signal.removeEventListener('abort', end);
      stream.destroy();
    }
  }
}

/** The port at which a pod's traces can be read; undefined where its service has none. */
export function tracePortOf({ metadata, spec }: Pod): number | undefined {
  const container = spec?.containers?.find(({ name }) => name === metadata?.labels?.app);
  const value = container?.env?.find(({ name }) => name === 'TRACE_PORT')?.value ?? '';
  return /^[1-9]\d{0,4}$/.test(value) ? Number(value) : undefined;
}

async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    let rest = chunk;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      yield Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8');
      parts = [];
      bytes = 0;
      rest = rest.subarray(end + 1);
    }
    bytes += rest.length;
    if (bytes > LINE_BYTES) throw new Error('a line is too long');
    parts.push(rest);
  }
}
const NEWLINE = 0x0a;
