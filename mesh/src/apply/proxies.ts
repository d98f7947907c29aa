import { setTimeout as pause } from 'node:timers/promises';
import {
  abortAfter,
  type Cluster,
  inParallel,
  messageOf,
  NotPermittedError,
  PlatformError,
  type Pod,
  type PodConnection,
  podKey,
  runsProxy,
  timeLimit,
} from '@mesh-platform/kubernetes';
import { labels } from '../model/fields.ts';
import { type Gateway, readGateway } from '../model/gateways.ts';
import { MESH_GATEWAY } from '../names.ts';
import type { MeshObject } from '../object.ts';
import { ISTIOD_PORT } from '../render/services.ts';
import type { Expectation, MeshProxy } from './expectation.ts';
import { Rejections } from './istio.ts';
import { type ProxyConfig, questions, readClusters, readEndpoints, readListeners, readRoutes } from './proxy-config.ts';

const ADMIN_PORT = 15000;
const ANSWER_MS = 5_000;
/** istiod debounces changes for at most 10 s; a proxy applies them within one second. */
const SYNC_MS = 40_000;
/** After this time, a proxy that is not in sync is checked for a rejected configuration. */
const SUSPICIOUS_MS = 1_000;
const PAUSES_MS = [10, 10, 20, 20, 40, 80, 160];

/** A part of a proxy's configuration to read: `split` waits only for routes. */
export type Part = keyof typeof questions;

/** A proxy did not get its configuration in time; it may still get it. */
export class NotInSync extends PlatformError {
  override readonly name = 'NotInSync';
}

/** A proxy refused its configuration, and serves with the one from before. */
export class ConfigurationRejected extends PlatformError {
  override readonly name = 'ConfigurationRejected';
}

/** The proxies that read a topology: the sidecars of its namespace, and the pods of its Gateways. Keeps a connection to each. */
export class Proxies {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #gateways: readonly Gateway[];
  readonly #rejections: Rejections;
  readonly #connections = new Map<string, Promise<PodConnection>>();

  constructor(cluster: Cluster, namespace: string, gateways: readonly MeshObject[]) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#gateways = gateways.map(readGateway);
    this.#rejections = new Rejections(cluster);
  }

  /** Those that run now. */
  async list(): Promise<readonly MeshProxy[]> {
    const sidecars = await this.#cluster.list<Pod>('v1', 'Pod', this.#namespace);
    const gateways = await Promise.all(this.#gateways.map((gateway) => this.#podsOf(gateway)));
    const found = new Map(sidecars.filter(runsProxy).map((pod) => [podKey(pod), readerOf(pod, [MESH_GATEWAY])]));
    for (const [index, { key: name }] of this.#gateways.entries()) {
      for (const pod of gateways[index] ?? []) {
        const others = (found.get(podKey(pod))?.gateways ?? []).filter((other) => other !== MESH_GATEWAY);
        found.set(podKey(pod), readerOf(pod, [...others, name]));
      }
    }
    return [...found.values()];
  }

  async #podsOf({ selector }: Gateway): Promise<readonly Pod[]> {
    if (selector.size === 0) return [];
    const wanted = [...selector].map(([label, value]) => `${label}=${value}`).join(',');
    return (await this.#cluster.list<Pod>('v1', 'Pod', undefined, wanted)).filter(runsProxy);
  }

  /** Reads the named parts of a proxy's configuration; the others are empty. */
  async read(proxy: MeshProxy, parts: readonly Part[], signal: AbortSignal): Promise<ProxyConfig> {
    const part = (name: Part, empty: string) => (parts.includes(name) ? this.ask(proxy, questions[name], signal) : Promise.resolve(empty));
    return {
      routes: readRoutes(await part('routes', '{}')),
      clusters: readClusters(await part('clusters', '{}')),
      endpoints: readEndpoints(await part('endpoints', '{}')),
      ...readListeners(await part('listeners', '{}')),
    };
  }

  /** The answer of a proxy's administration interface to a path. */
  async ask(proxy: MeshProxy, path: string, signal: AbortSignal): Promise<string> {
    const key = `${proxy.namespace}/${proxy.pod}`;
    const opened = this.#connections.get(key) ?? this.#cluster.connect(proxy.namespace, proxy.pod, ADMIN_PORT);
    this.#connections.set(key, opened);
    try {
      return await (await opened).get(path, AbortSignal.any([signal, abortAfter(ANSWER_MS)]));
    } catch (error) {
      this.#connections.delete(key);
      opened.then((connection) => connection.close()).catch(() => {});
      throw error;
    }
  }

  /**
   * Resolves when each proxy meets the expectations, with the time of the last one from performance.now().
   * Throws if a late proxy rejected its configuration, or with what is still missing after 40 s. Pods come and go meanwhile.
   */
  async waitFor(
    expectations: readonly Expectation[],
    signal: AbortSignal,
    parts: readonly Part[] = ['routes', 'clusters', 'listeners'],
    known?: readonly MeshProxy[],
  ): Promise<number> {
    const startedAt = performance.now();
    let waiting = known ?? (await this.list());
    for (let round = 0; ; round++) {
      signal.throwIfAborted();
      const missing = await inParallel(waiting, (proxy) => this.#missingIn(proxy, expectations, parts, signal));
      const rest = waiting.filter((_, index) => missing[index] !== undefined);
      const now = performance.now();
      const isSuspicious = now - startedAt > SUSPICIOUS_MS;
      if (rest.length === 0) return now;
      if (isSuspicious) await this.throwIfRejected(signal);
      if (now - startedAt > timeLimit(SYNC_MS))
        throw tooLate(
          rest[0],
          missing.find((message) => message !== undefined),
        );
      await pause(PAUSES_MS[round] ?? PAUSES_MS.at(-1), undefined, { signal });
      waiting = isSuspicious ? await this.#stillThere(rest) : rest;
    }
  }

  async #stillThere(proxies: readonly MeshProxy[]): Promise<readonly MeshProxy[]> {
    const present = new Set((await this.list()).map(({ namespace, pod }) => `${namespace}/${pod}`));
    return proxies.filter(({ namespace, pod }) => present.has(`${namespace}/${pod}`));
  }

  async #missingIn(
    proxy: MeshProxy,
    expectations: readonly Expectation[],
    parts: readonly Part[],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    try {
      const config = await this.read(proxy, parts, signal);
      return expectations.map((expectation) => expectation(proxy, config)).find((message) => message !== undefined);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof NotPermittedError) throw error;
      return messageOf(error); // a pod that ends: the next look finds it gone
    }
  }

  /** Throws if a proxy rejected its configuration: it then keeps serving with the previous one. */
  async throwIfRejected(signal: AbortSignal): Promise<void> {
    const proxies = await this.list();
    const pods = new Set(proxies.map(({ namespace, pod }) => `${pod}.${namespace}`));
    const known = ((await this.#rejections.read(signal)) ?? []).filter(({ proxy }) => pods.has(proxy));
    const own = await inParallel(proxies, async (proxy) => {
      const config = await this.read(proxy, ['listeners'], signal).catch(() => undefined);
      return (config?.rejected ?? []).map((words) => ({ proxy: `${proxy.pod}.${proxy.namespace}`, words }));
    });
    const [rejection] = [...known, ...own.flat()];
    if (rejection)
      throw new ConfigurationRejected(
        `proxy ${rejection.proxy} rejects its configuration: ${rejection.words}`,
        'fix the resource that the message names (often an EnvoyFilter), then run the command again',
      );
  }

  close(): void {
    for (const opened of this.#connections.values()) opened.then((connection) => connection.close()).catch(() => {});
    this.#connections.clear();
    this.#rejections.close();
  }
}

const tooLate = (proxy: MeshProxy | undefined, missing: string | undefined): NotInSync =>
  new NotInSync(
    `proxy ${proxy?.pod} is not in sync after ${timeLimit(SYNC_MS) / 1000} s: ${missing}`,
    `check that istiod runs and that the pod can reach it on port ${ISTIOD_PORT}, then run the command again`,
  );

const readerOf = ({ metadata }: Pod, gateways: readonly string[]): MeshProxy => ({
  pod: metadata?.name ?? '',
  namespace: metadata?.namespace ?? '',
  labels: labels(metadata?.labels),
  gateways,
});
