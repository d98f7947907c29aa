import {
  abortAfter,
  type Cluster,
  inParallel,
  isWorkload,
  type LiveObject,
  nameOf,
  PlatformError,
  type Progress,
  replaceBroken,
  rolledOut,
  silent,
  timeLimit,
  type WorkloadKind,
} from '@mesh-platform/kubernetes';
import { readVirtualService } from '../model/virtual-services.ts';
import { FIELD_MANAGER, type MeshObject } from '../object.ts';
import { type DrainingProxy, untilDrained } from './draining.ts';
import { type Expectation, expectationsOf } from './expectation.ts';
import { routeOriginOf } from './expected-routes.ts';
import { CONTESTED_KINDS, listKinds } from './kinds.ts';
import { type Desired, type Plan, type PlannedObject, plan } from './plan.ts';
import { Proxies } from './proxies.ts';
import { pruneStagesOf, type Stage, stagesOf, versionKey } from './stages.ts';

const ROLLOUT_MS = 180_000;
const GONE_MS = 60_000;

export interface ApplyOptions {
  readonly progress?: Progress;
  /** Ends the work between two requests; the next run goes on from there. */
  readonly signal?: AbortSignal;
  /** A plan that was shown before; recreated where none is given. */
  readonly plan?: Plan;
}

/** The plan that was carried out. */
export interface Applied extends Plan {
  /** Sidecars that serve connections under the previous policies after a minute, since their drain time is longer. */
  readonly draining: readonly DrainingProxy[];
}

/**
 * Applies the topology in make-before-break order and waits until each affected proxy is in sync, and has closed the connections that it
 * accepted under previous policies. It keeps no state: each run compares the cluster with the topology and does what is left, also
 * after an interrupted run.
 */
export async function apply(cluster: Cluster, desired: Desired, options: ApplyOptions = {}): Promise<Applied> {
  const { progress = silent, signal = new AbortController().signal } = options;
  const planned = options.plan ?? (await plan(cluster, desired));
  const gateways = desired.objects.filter(({ kind }) => kind === 'Gateway');
  const proxies = new Proxies(cluster, desired.namespace, gateways);
  const work = new Applying(cluster, desired, planned, await others(cluster, desired), proxies, progress, signal);
  try {
    for (const stage of stagesOf(planned.objects, await readyVersions(cluster, desired.namespace)))
      await progress.step(stage.title, (note) => work.apply(stage, note));
    await progress.step('every proxy is in sync with the topology', () => work.proxiesInSync());
    await proxies.throwIfRejected(signal);
    const stale = pruneStagesOf(planned.objects);
    for (const stage of stale) await progress.step(stage.title, () => work.prune(stage));
    if (stale.length > 0) await progress.step('every proxy is in sync after pruning', () => work.proxiesInSync());
    return { ...planned, draining: await untilDrained(proxies, progress, signal) };
  } finally {
    proxies.close();
  }
}

/** One run: what of the plan the cluster has by now. */
class Applying {
  readonly #cluster: Cluster;
  readonly #desired: Desired;
  readonly #proxies: Proxies;
  readonly #progress: Progress;
  readonly #signal: AbortSignal;
  readonly #planned: ReadonlyMap<string, PlannedObject>;
  /** Objects as they are in the cluster, by their names: before the run, then as it applies them. */
  readonly #present = new Map<string, MeshObject>();
  /** Other objects in the namespace, and objects that are not deleted yet. */
  readonly #others: Map<string, MeshObject>;
  /** Of what is present; undefined after a change of it. */
  #expectations: readonly Expectation[] | undefined;

  constructor(
    cluster: Cluster,
    desired: Desired,
    { objects }: Plan,
    others: readonly LiveObject[],
    proxies: Proxies,
    progress: Progress,
    signal: AbortSignal,
  ) {
    this.#cluster = cluster;
    this.#desired = desired;
    this.#proxies = proxies;
    this.#progress = progress;
    this.#signal = signal;
    this.#others = new Map(others.map((object) => [nameOf(object), object]));
    this.#planned = new Map(objects.map((planned) => [nameOf(planned.object), planned]));
    for (const { object, action } of objects) if (action === 'unchanged') this.#present.set(nameOf(object), object);
  }

  async apply({ objects, wait }: Stage, note: (detail: string) => void): Promise<void> {
    await inParallel(objects, (object) => this.#applyOne(object));
    if (wait === 'proxies') await this.proxiesInSync();
    if (wait === 'workloads') await this.#workloadsRun(note);
  }

  async #applyOne(object: MeshObject): Promise<void> {
    this.#signal.throwIfAborted();
    const name = nameOf(object);
    const { overriddenManagers = [], live } = this.#planned.get(name) ?? {};
    if (live?.metadata?.deletionTimestamp) await removed(this.#cluster, live, this.#signal);
    await this.#cluster.applyOne(object, FIELD_MANAGER, { force: overriddenManagers.length > 0 });
    this.#present.set(name, object);
    this.#expectations = undefined;
  }

  /** Waits until each proxy is in sync with the objects applied so far. Objects in conflict are left out: another controller owns them. */
  async proxiesInSync(): Promise<void> {
    this.#expectations ??= expectationsOf([...this.#present.values()], [...this.#others.values()]);
    await this.#proxies.waitFor(this.#expectations, this.#signal);
  }

  /** Waits until the workloads of the topology run, and until every proxy that knows a version has an endpoint of it. */
  async #workloadsRun(note: (detail: string) => void): Promise<void> {
    const workloads = [...this.#present.values()].filter(isWorkload);
    const namespaces = new Set(workloads.map(({ metadata }) => metadata?.namespace ?? this.#desired.namespace));
    for (const namespace of namespaces) {
      for (const pod of await replaceBroken(this.#cluster, namespace))
        this.#progress.print(`repaired: pod ${pod} could not start; it is recreated`);
      const own = workloads.filter(({ metadata }) => metadata?.namespace === namespace);
      const named = own.map(({ kind, metadata }) => ({ kind: kind as WorkloadKind, name: metadata?.name ?? '' }));
      await rolledOut(this.#cluster, namespace, named, ROLLOUT_MS, {
        interrupted: this.#signal,
        onPodProblem: (line) => this.#progress.print(line),
        onWaiting: note,
      });
    }
    const ready = await readyVersions(this.#cluster, this.#desired.namespace);
    await this.#proxies.waitFor([knowsEndpoints(ready)], this.#signal, ['clusters', 'endpoints']);
  }

  async prune({ objects, wait }: Stage): Promise<void> {
    await inParallel(objects, async (object) => {
      this.#signal.throwIfAborted();
      await this.#cluster.delete(object);
      this.#others.delete(nameOf(object));
      this.#expectations = undefined;
    });
    if (wait === 'proxies') await this.#proxies.waitFor(objects.map(isForgotten), this.#signal, ['routes']);
  }
}

/** Objects of the contested kinds in the namespace that the topology does not declare: of users, of other topologies, or to be pruned. */
async function others(cluster: Cluster, { namespace, objects }: Desired): Promise<readonly LiveObject[]> {
  const own = new Set(objects.map(nameOf));
  return (await listKinds(cluster, CONTESTED_KINDS, namespace)).filter((object) => !own.has(nameOf(object)));
}

/** No proxy has a route of a VirtualService that was deleted. */
const isForgotten = (object: MeshObject): Expectation => {
  const service = readVirtualService(object);
  const origin = routeOriginOf(service);
  return (_proxy, { routes }) =>
    service.http.length > 0 && routes.some((route) => origin.test(route.origin)) ? `${nameOf(object)}: still has its routes` : undefined;
};

/** A version that has a ready pod has an endpoint in each proxy that knows it: a route may send requests there. */
const knowsEndpoints =
  (ready: ReadonlySet<string>): Expectation =>
  (_proxy, { clusters, endpoints }) => {
    for (const name of clusters.keys()) {
      const [direction, , subset = '', host = ''] = name.split('|');
      const [app = '', namespace = ''] = host.split('.');
      if (direction !== 'outbound' || !ready.has(versionKey(namespace, app, subset))) continue;
      if ((endpoints.get(name) ?? 0) === 0) return `knows no endpoint of ${app} ${subset}`;
    }
    return undefined;
  };

interface Pod extends LiveObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** A versionKey for each version of a service that has a ready pod. */
export async function readyVersions(cluster: Cluster, namespace: string): Promise<ReadonlySet<string>> {
  const pods = await cluster.list<Pod>('v1', 'Pod', namespace, 'app,version');
  const ready = pods.filter(
    ({ metadata, status }) =>
      !metadata?.deletionTimestamp && status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
  );
  return new Set(ready.map(({ metadata }) => versionKey(namespace, metadata?.labels?.app ?? '', metadata?.labels?.version ?? '')));
}

/** An object that is being deleted is created again only when it is removed. */
async function removed(cluster: Cluster, object: LiveObject, signal: AbortSignal): Promise<void> {
  await cluster.untilDeleted(object, AbortSignal.any([signal, abortAfter(GONE_MS)])).catch((cause) => {
    signal.throwIfAborted();
    throw new PlatformError(
      `${nameOf(object)} was not removed within ${timeLimit(GONE_MS) / 1000} s`,
      'look for the finalizer that keeps it, then run the command again',
      { cause },
    );
  });
}
