import { ApplyConflict, type Cluster, inParallel, type LiveObject, nameOf, PlatformError } from '@mesh-platform/kubernetes';
import { readVirtualService, type VirtualService } from '../model/virtual-services.ts';
import { resolveHost } from '../names.ts';
import { FIELD_MANAGER, identityOf, type MeshObject, owned, ownedSelector } from '../object.ts';
import { readyVersions } from './apply.ts';
import type { Expectation, MeshProxy } from './expectation.ts';
import { missingRoutes, routeOriginOf } from './expected-routes.ts';
import { inspectIstio } from './istio.ts';
import { listKinds, ROUTING_KINDS } from './kinds.ts';
import { dryRun } from './plan.ts';
import { Proxies } from './proxies.ts';
import type { ProxyConfig } from './proxy-config.ts';
import { versionKey } from './stages.ts';
import { SPLIT_ANNOTATION, type Weights, weightsIn, weightsInWords } from './weights.ts';

/** The service whose weights change, and how its topology is rendered with other weights. */
export interface SplitService {
  readonly topology: string;
  readonly namespace: string;
  readonly service: string;
  /** Every object of the topology, were these the service's weights. */
  readonly render: (weights: Weights) => readonly MeshObject[];
}

/** A version that would get requests has no ready pod. */
export class VersionUnready extends PlatformError {
  override readonly name = 'VersionUnready';
}

/** The running routes differ from those of the topology with its weights: another client changed them. */
export class RoutesChanged extends PlatformError {
  override readonly name = 'RoutesChanged';
}

export interface SplitOptions {
  readonly signal?: AbortSignal;
  /** Take the routes back from another client that changed their weights. Without it that is RoutesChanged. */
  readonly force?: boolean;
  /** Connections that are open already; without them, split opens its own and closes them. */
  readonly proxies?: Proxies;
}

export interface SplitResult {
  readonly weights: Weights;
  /** The objects that changed: `VirtualService platform/preview`. */
  readonly objects: readonly string[];
  /** By the name of the VirtualService, its generation with these weights: the API server counts each change of a spec. */
  readonly generations: ReadonlyMap<string, number>;
  /** The pods of the proxies that route there: the gateway and the callers. */
  readonly proxies: readonly string[];
  /** From the first change until the last proxy held the new weights. */
  readonly milliseconds: number;
}

/**
 * Changes the weights of a service in each route of the running mesh that splits its traffic, and waits until each proxy that
 * routes to it has them. The topology's file stays unchanged: `plan` shows the difference, `apply` reverts it.
 */
export async function split(
  cluster: Cluster,
  service: SplitService,
  weights: Weights,
  { signal = new AbortController().signal, force = false, proxies: opened }: SplitOptions = {},
): Promise<SplitResult> {
  const { namespace } = service;
  const live = await routesInCluster(cluster, service, weights);
  const gateways = live.filter(({ kind }) => kind === 'Gateway');
  const proxies = opened ?? new Proxies(cluster, namespace, gateways);
  const configuring = configsOf(proxies, signal);
  configuring.catch(() => {});
  try {
    const wanted = await allChanged(cluster, live, service, weights, force);
    const services = wanted.map(readVirtualService);
    const origins = services.map(routeOriginOf);
    const configs = await configuring;
    const readers = configs
      .filter(({ config }) => config?.routes.some(({ origin }) => origins.some((one) => one.test(origin))))
      .map(({ proxy }) => proxy);
    const startedAt = performance.now();
    const written = await inParallel(wanted, (object) => change(cluster, object, force));
    const syncedAt = await proxies.waitFor(services.map(hasRoutes), signal, ['routes'], readers);
    return {
      weights,
      objects: wanted.map(nameOf),
      generations: new Map(written.map(({ metadata }) => [metadata?.name ?? '', metadata?.generation ?? 0])),
      proxies: readers.map(({ pod }) => pod),
      milliseconds: Math.round(syncedAt - startedAt),
    };
  } finally {
    if (!opened) proxies.close();
  }
}

/** What `split` would write: `VirtualService platform/preview: v1=80 v2=20 → v1=50 v2=50`; empty where the routes have the weights. Writes nothing. */
export async function plannedSplit(cluster: Cluster, service: SplitService, weights: Weights): Promise<readonly string[]> {
  const live = await routesInCluster(cluster, service, weights);
  const host = resolveHost(service.service, service.namespace);
  return (await allChanged(cluster, live, service, weights, false)).flatMap((object) => {
    const before = live.find((one) => identityOf(one) === identityOf(object));
    const current = before && weightsIn(before, host);
    const [from, to] = [weightsInWords(current ?? new Map()), weightsInWords(weightsIn(object, host) ?? weights)];
    return from === to ? [] : [`${nameOf(object)}: ${from} → ${to}`];
  });
}

/** The routing objects of the topology. What does not depend on each other is asked at once: a rollback is in a hurry. */
async function routesInCluster(cluster: Cluster, service: SplitService, weights: Weights): Promise<readonly LiveObject[]> {
  const reading = Promise.all([
    listKinds(cluster, ROUTING_KINDS, service.namespace, ownedSelector(service.topology)),
    refuseDead(cluster, service, weights),
  ]);
  reading.catch(() => {}); // that there is no Istio is reported first
  await inspectIstio(cluster, ROUTING_KINDS);
  const [live] = await reading;
  return live;
}

/** Those that split the service's traffic, with the new weights. Throws where there is none. */
async function allChanged(
  cluster: Cluster,
  live: readonly LiveObject[],
  service: SplitService,
  weights: Weights,
  force: boolean,
): Promise<readonly MeshObject[]> {
  const wanted = (await inParallel(live, (object) => changed(cluster, object, service, weights, force))).filter(
    (object) => object !== undefined,
  );
  if (wanted.length > 0) return wanted;
  throw new PlatformError(
    `no route of the topology ${service.topology} splits the traffic of ${service.service} in ${service.namespace}`,
    'apply the topology first, and check that the service has more than one version',
  );
}

interface Configured {
  readonly proxy: MeshProxy;
  /** Undefined where the proxy does not answer. */
  readonly config: ProxyConfig | undefined;
}

/** The routes of each proxy. */
async function configsOf(proxies: Proxies, signal: AbortSignal): Promise<readonly Configured[]> {
  return inParallel(await proxies.list(), async (proxy) => ({ proxy, config: await routesOf(proxies, proxy, signal) }));
}

/** An open connection may have ended meanwhile, so a read that fails is repeated; a proxy that does not answer then has no routes. */
const routesOf = (proxies: Proxies, proxy: MeshProxy, signal: AbortSignal): Promise<ProxyConfig | undefined> =>
  proxies
    .read(proxy, ['routes'], signal)
    .catch(() => proxies.read(proxy, ['routes'], signal))
    .catch(() => undefined);

/** Expects the changed routes of each proxy that had routes of the object. A proxy has no routes of objects that it does not read. */
const hasRoutes = (service: VirtualService): Expectation => {
  const origin = routeOriginOf(service);
  return (proxy, { routes }) => (routes.some((route) => origin.test(route.origin)) ? missingRoutes(service, proxy, routes) : undefined);
};

/** A weight for a version without a ready pod is a fraction of failed requests. */
async function refuseDead(cluster: Cluster, { namespace, service }: SplitService, weights: Weights): Promise<void> {
  const ready = await readyVersions(cluster, namespace);
  const dead = [...weights].find(([version, percent]) => percent > 0 && !ready.has(versionKey(namespace, service, version)));
  if (dead)
    throw new VersionUnready(
      `${service} ${dead[0]} has no ready pod: ${dead[1]} % of the requests would fail`,
      `see its pods (kubectl -n ${namespace} get pods -l app=${service},version=${dead[0]}), or give it 0`,
    );
}

/** The object with the new weights and the annotation that records them; undefined where it splits no traffic of the service. */
async function changed(
  cluster: Cluster,
  live: LiveObject,
  service: SplitService,
  weights: Weights,
  force: boolean,
): Promise<MeshObject | undefined> {
  const current = weightsIn(live, resolveHost(service.service, service.namespace));
  if (!current) return undefined;
  const rendered = (of: Weights) => service.render(of).find((object) => identityOf(object) === identityOf(live));
  const [same, other] = [rendered(current), rendered(weights)];
  if (!same || !other) throw unapplied(live, 'it is no longer declared');
  const { changes, conflicts } = await dryRun(cluster, live, owned(same, service.topology));
  if (conflicts.length > 0 && !force) throw changedMeanwhile(live);
  const difference = changes.find(({ path }) => !path.startsWith('metadata.'));
  if (difference) throw unapplied(live, difference.path);
  const mark = `${service.service} ${weightsInWords(weights)}`;
  const { resourceVersion } = live.metadata ?? {};
  const { metadata, ...rest } = owned(other, service.topology);
  const annotations = { ...metadata?.annotations, [SPLIT_ANNOTATION]: mark };
  return { ...rest, metadata: { ...metadata, annotations, ...(resourceVersion ? { resourceVersion } : {}) } };
}

const unapplied = (object: MeshObject, what: string): RoutesChanged =>
  new RoutesChanged(`${nameOf(object)} differs from the file in more than its weights: ${what}`, 'apply the topology, then split');

async function change(cluster: Cluster, object: MeshObject, force: boolean): Promise<LiveObject> {
  try {
    return await cluster.applyOne(object, FIELD_MANAGER, { force });
  } catch (error) {
    throw error instanceof ApplyConflict ? changedMeanwhile(object, error) : error;
  }
}

const changedMeanwhile = (object: MeshObject, cause?: unknown): RoutesChanged =>
  new RoutesChanged(
    `another client changed the routes of ${nameOf(object)}`,
    'run plan to see the differences, apply to revert them, then split',
    { cause },
  );
