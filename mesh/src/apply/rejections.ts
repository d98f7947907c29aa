import { abortAfter, type Cluster, type PodConnection } from '@mesh-platform/kubernetes';
import { istiodPods } from './istio.ts';

/** The port of istiod's debug interface, which serves the state of its proxies to loopback clients without a token. */
const DEBUG_PORT = 15014;
const ANSWER_MS = 5_000;

/** The answer of a proxy to its last configuration of one xDS type. */
export interface Rejection {
  /** `web-v1-abc.platform` */
  readonly proxy: string;
  readonly words: string;
}

interface SyncStatus {
  readonly proxy?: string;
  readonly resources?: Readonly<Record<string, { readonly lastError?: string }>>;
}

/** The refusals in an answer of istiod's `/debug/syncz`; each is there until the proxy accepts what comes after it. */
export const rejectionsIn = (text: string): readonly Rejection[] =>
  (JSON.parse(text) as SyncStatus[]).flatMap(({ proxy = '', resources = {} }) =>
    Object.values(resources).flatMap(({ lastError }) => (lastError ? [{ proxy, words: lastError.trim() }] : [])),
  );

/** Reads the rejections of proxies from each istiod. Keeps the connections. */
export class Rejections {
  readonly #cluster: Cluster;
  #connections: Promise<readonly PodConnection[]> | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Nothing where istiod may not be asked, as in a managed control plane, or does not answer: the proxies are asked too. */
  async read(signal: AbortSignal): Promise<readonly Rejection[]> {
    try {
      this.#connections ??= this.#connect();
      const asked = AbortSignal.any([signal, abortAfter(ANSWER_MS)]);
      const answers = await Promise.all((await this.#connections).map((istiod) => istiod.get('/debug/syncz', asked)));
      return answers.flatMap(rejectionsIn);
    } catch {
      signal.throwIfAborted();
      this.close();
      return [];
    }
  }

  async #connect(): Promise<readonly PodConnection[]> {
    const pods = await istiodPods(this.#cluster);
    return Promise.all(pods.map(({ metadata }) => this.#cluster.connect(metadata?.namespace ?? '', metadata?.name ?? '', DEBUG_PORT)));
  }

  close(): void {
    const closeAll = (all: readonly PodConnection[]) => {
      for (const connection of all) connection.close();
    };
    this.#connections?.then(closeAll).catch(() => {});
    this.#connections = undefined;
  }
}
