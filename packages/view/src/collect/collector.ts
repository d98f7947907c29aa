import { setTimeout as pause } from 'node:timers/promises';
import {
  type Cluster,
  GATEWAY,
  ISTIO_NAMESPACE,
  inParallel,
  type LiveObject,
  messageOf,
  type Pod,
  podKey,
  runsProxy,
} from '@mesh-platform/kubernetes';
import { hostOf, type Mesh, Proxies, type RecordedRollout, rolloutIn, weightsIn } from '@mesh-platform/mesh';
import type { FailedRequest, RequestSpan, Snapshot, Verification } from '../snapshot.ts';
import { LatestFailures } from './latest-failures.ts';
import { CONNECTIONS_QUESTION, type ProxyStatistics, readConnections, readStatistics, STATISTICS_QUESTION } from './proxy-statistics.ts';
import { ServiceShares } from './shares.ts';
import { GATEWAY_NODE, type ProxyState, serviceOf, snapshotOf } from './take-snapshot.ts';
import { TraceReaders } from './trace-readers.ts';
import { Traces } from './traces.ts';
import { Traffic } from './traffic.ts';

/** Where a collector gets everything from. */
export interface Sources {
  readonly cluster: Cluster;
  readonly mesh: Mesh;
  /** The name of the target, and where its gateway answers. */
  readonly target: string;
  readonly url: string;
  /** Requests that failed or were retried during so many seconds, from the logs. */
  failures(sinceSeconds: number): Promise<readonly FailedRequest[]>;
  /** What `plan` and `check` find. */
  verify(): Promise<Omit<Verification, 'at' | 'error'>>;
}

/** Milliseconds between two readings of the proxies. */
const POLL_MS = 2_000;
/** A proxy that does not answer within it counts as one that does not answer, so that the page reports it within 5 s. */
const ANSWER_MS = 1_800;
const VERIFY_MS = 60_000;
/** Traces of a snapshot. */
const NEWEST_TRACES = 5;
/** Milliseconds before a watch that failed begins again. */
const AGAIN_MS = 2_000;

/** Reads a running mesh until it is stopped, and gives a snapshot after each reading. It asks the proxies only while it has a listener. */
export class Collector {
  readonly #sources: Sources;
  readonly #proxies: Proxies;
  readonly #stopped = new AbortController();
  readonly #listeners = new Map<(snapshot: Snapshot) => void, ReadonlySet<string> | undefined>();
  readonly #openedAt = Date.now();
  readonly #traffic = new Traffic(this.#openedAt);
  readonly #shares: ServiceShares;
  readonly #pods = new Map<string, readonly Pod[]>();
  readonly #states = new Map<string, ProxyState>();
  readonly #traces = new Traces();
  readonly #traceReaders: TraceReaders;
  #rollouts: readonly RecordedRollout[] = [];
  readonly #failures: LatestFailures;
  #verification: Verification = { drift: [], splits: [], findings: [] };
  #verifiedAt = 0;
  #verifying: Promise<void> | undefined;
  #apiError: string | undefined;
  #hadIstiod = false;
  #listened = Promise.withResolvers<void>();
  #snapshot: Snapshot | undefined;

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#proxies = new Proxies(sources.cluster, sources.mesh.namespace, []);
    this.#shares = new ServiceShares(this.#traffic);
    this.#failures = new LatestFailures((seconds) => sources.failures(seconds));
    this.#traceReaders = new TraceReaders(sources.cluster, (line, source) => this.#traces.add(line, source));
  }

  /** Begins to read. Never throws: what cannot be read is in the snapshot. */
  start(): void {
    const { namespace } = this.#sources.mesh;
    const pods = (of: string) => (objects: readonly LiveObject[]) => void this.#pods.set(of, objects as readonly Pod[]);
    this.#watch(`/api/v1/namespaces/${namespace}/pods`, pods(namespace));
    if (this.#sources.mesh.gateway) this.#watch(`/api/v1/namespaces/${GATEWAY.namespace}/pods`, pods(GATEWAY.namespace));
    this.#watch(`/api/v1/namespaces/${ISTIO_NAMESPACE}/pods?labelSelector=app%3Distiod`, pods(ISTIO_NAMESPACE));
    this.#watch(`/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices`, (routes) => this.#readWeights(routes));
    this.#watch(`/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`, (leases) => {
      this.#rollouts = leases.flatMap((lease) => rolloutIn(lease) ?? []);
    });
    void this.#poll();
  }

  stop(): void {
    this.#stopped.abort(new Error('the view was closed'));
    this.#listened.resolve();
    this.#traceReaders.follow([]);
    this.#proxies.close();
  }

  /** Calls the listener with the last snapshot and each new one; gives what ends that. `visible` names the services that it shows; all if unset. */
  listen(listener: (snapshot: Snapshot) => void, visible?: ReadonlySet<string>): () => void {
    this.#listeners.set(listener, visible);
    this.#listened.resolve();
    if (this.#snapshot) listener(this.#snapshot);
    return () => this.#listeners.delete(listener);
  }

  /** What the services traced of a request, the earliest first; empty where it was not traced, or long ago. */
  spansOf(requestId: string): readonly RequestSpan[] {
    return this.#traces.spansOf(requestId);
  }

  /** Runs `plan` and `check` again; a run that is under way counts. */
  verify(): Promise<void> {
    this.#verifiedAt = Date.now();
    this.#verifying ??= this.#sources
      .verify()
      .then((found) => {
        this.#verification = { at: new Date().toISOString(), ...found };
      })
      .catch((error) => {
        this.#verification = { ...this.#verification, error: messageOf(error) };
      })
      .finally(() => {
        this.#verifying = undefined;
      });
    return this.#verifying;
  }

  async #watch(path: string, take: (objects: readonly LiveObject[]) => void): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const objects = (all: readonly LiveObject[]): undefined => take(all) as undefined;
      await this.#sources.cluster.watchUntil<never>(path, signal, objects).catch(() => {}); // who may not read a kind sees nothing of it
      await pause(AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }

  #readWeights(routes: readonly LiveObject[]): void {
    const { mesh } = this.#sources;
    for (const name of mesh.services.keys()) {
      const host = hostOf(mesh, name);
      const found = routes.map((route) => weightsIn(route, host)).find((weights) => weights !== undefined);
      this.#shares.set(host, found);
    }
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      if (this.#listeners.size === 0) {
        this.#traceReaders.follow([]); // not at once: a page that shows other services leaves and comes back
        this.#listened = Promise.withResolvers();
        await this.#listened.promise;
      }
      await this.#read(signal);
      await pause(POLL_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    const pods = this.#proxyPods();
    const unread = this.#shares.unread();
    this.#traceReaders.follow(pods);
    const [, readings] = await Promise.all([this.#askApi(limit), inParallel(pods, (pod) => this.#ask(pod, limit))]);
    if (signal.aborted) return;
    const now = Date.now();
    for (const [index, pod] of pods.entries()) {
      const answer = readings[index];
      const key = podKey(pod);
      const first = this.#states.get(key)?.first;
      this.#states.set(key, { first: answer && isReset(first, answer.statistics) ? answer.statistics : (first ?? answer?.statistics), last: answer?.statistics }); // biome-ignore format: one step
      if (answer) this.#traffic.add({ proxy: key, caller: serviceOf(pod), ...answer }, now);
    }
    const present = new Set([...this.#pods.values()].flat().map(podKey));
    this.#traffic.forget((proxy) => present.has(proxy));
    for (const key of this.#states.keys()) if (!present.has(key)) this.#states.delete(key);
    this.#traffic.tick(now);
    this.#shares.begin(unread);
    void this.#failures.read(this.#failedNow(), now); // the counts do not wait for it: logs may be long, and their readers slow
    this.#failures.addSpans((requestId) => this.spansOf(requestId));
    if (now - this.#verifiedAt > VERIFY_MS) void this.verify();
    this.#publish(now);
  }

  #publish(now: number): void {
    const { mesh, target, url } = this.#sources;
    const istiod = this.#pods.get(ISTIO_NAMESPACE) ?? [];
    this.#hadIstiod ||= istiod.length > 0;
    this.#snapshot = snapshotOf({
      ...{ mesh, target, url, now, openedAt: this.#openedAt, traffic: this.#traffic, shares: this.#shares, states: this.#states },
      ...{ rollouts: this.#rollouts, failures: this.#failures.all, verification: this.#verification, apiError: this.#apiError },
      traces: this.#traces.newest(NEWEST_TRACES),
      pods: [...(this.#pods.get(mesh.namespace) ?? []), ...(this.#pods.get(GATEWAY.namespace) ?? [])],
      ...{ istiod, hadIstiod: this.#hadIstiod },
    });
    for (const listener of this.#listeners.keys()) listener(this.#snapshot);
  }

  /** Whoever may not ask for its health has an API server that answers. */
  async #askApi(signal: AbortSignal): Promise<void> {
    this.#apiError = await this.#sources.cluster.getText('/readyz', signal).then(
      () => undefined,
      (error) => (/forbidden|unauthorized/i.test(messageOf(error)) ? undefined : messageOf(error)),
    );
  }

  async #ask(pod: Pod, signal: AbortSignal) {
    const proxy = { namespace: pod.metadata?.namespace ?? '', pod: pod.metadata?.name ?? '', labels: new Map(), gateways: [] };
    try {
      const statistics = readStatistics(await this.#proxies.ask(proxy, STATISTICS_QUESTION, signal));
      if (!this.#hasConnections(serviceOf(pod))) return { statistics };
      return { statistics, connections: readConnections(await this.#proxies.ask(proxy, CONNECTIONS_QUESTION, signal)) };
    } catch {
      return undefined; // a pod that ends or starts, or an API server that does: the snapshot reports that it is not known
    }
  }

  /** Whether a service opens connections that carry no requests which its proxy could count. */
  #hasConnections(service: string): boolean {
    const { services, externals } = this.#sources.mesh;
    return (services.get(service)?.calls ?? []).some(({ to }) => services.get(to)?.protocol === 'tcp' || externals.has(to));
  }

  /** Pods with a proxy that runs, of the services that a listener shows. */
  #proxyPods(): readonly Pod[] {
    const wanted = [...this.#listeners.values()];
    const isVisible = (service: string) => wanted.some((visible) => visible === undefined || visible.has(service));
    return [this.#sources.mesh.namespace, GATEWAY.namespace]
      .flatMap((namespace) => this.#pods.get(namespace) ?? [])
      .filter((pod) => runsProxy(pod) && isVisible(serviceOf(pod)));
  }

  /** What failed since the view was opened, as the proxies counted it: more of it means that there is something to read. */
  #failedNow(): number {
    let sum = 0;
    for (const { first, last } of this.#states.values())
      if (first && last) sum += last.refusedRequests + last.refusedConnections - first.refusedRequests - first.refusedConnections;
    for (const caller of [GATEWAY_NODE, ...this.#sources.mesh.services.keys()])
      for (const host of this.#traffic.hostsOf(caller))
        for (const { failures, retried } of this.#traffic.call(caller, host).versions) sum += failures + retried;
    return sum;
  }
}

const isReset = (first: ProxyStatistics | undefined, last: ProxyStatistics): boolean => first !== undefined && last.uptime < first.uptime;
