import { ApplyConflict, type Cluster, inParallel, type LiveObject, nameOf, PlatformError } from '@mesh-platform/kubernetes';
import type { MeshObject } from '../checks/check.ts';
import { FIELD_MANAGER, owned, ownedSelector } from '../render/ownership.ts';
import { readyVersions } from './apply.ts';
import type { Expectation } from './expectation.ts';
import { hostName } from './host.ts';
import { inspectIstio } from './istio.ts';
import { identityOf } from './kinds.ts';
import { listKinds } from './listing.ts';
import { SPLIT_ANNOTATION } from './owned.ts';
import { dryRun } from './plan.ts';
import { Proxies } from './proxies.ts';
import { missingRoutes, originOf } from './route-expectation.ts';
import { type Shares, sharesIn, sharesInWords } from './shares.ts';
import { versionKey } from './stages.ts';

/** The service whose shares change, and how its topology is rendered with other shares. */
export interface SplitService {
  readonly topology: string;
  readonly namespace: string;
  readonly service: string;
  /** Every object of the topology, were these the service's shares. */
  readonly render: (shares: Shares) => readonly MeshObject[];
}

export interface SplitResult {
  readonly shares: Shares;
  /** The objects that changed: `VirtualService platform/preview`. */
  readonly objects: readonly string[];
  /** The pods of the proxies that route there: the gateway and the callers. */
  readonly proxies: readonly string[];
  /** From the first change until the last proxy held the new shares. */
  readonly milliseconds: number;
}

const KINDS = [
  ['networking.istio.io/v1', 'VirtualService'],
  ['networking.istio.io/v1', 'Gateway'],
] as const;

/**
 * Changes the shares of a service in the running mesh, wherever its topology shares its requests, and waits until each proxy that
 * routes there holds them. The topology's file stays as it is: `plan` tells the difference, `apply` goes back.
 */
export async function split(
  cluster: Cluster,
  service: SplitService,
  shares: Shares,
  signal: AbortSignal = new AbortController().signal,
): Promise<SplitResult> {
  const { topology, namespace } = service;
  await inspectIstio(
    cluster,
    KINDS.map(([apiVersion, kind]) => ({ apiVersion, kind })),
  );
  const [live] = await Promise.all([listKinds(cluster, KINDS, namespace, ownedSelector(topology)), refuseDead(cluster, service, shares)]);
  const wanted = (await inParallel(live, (object) => changed(cluster, object, service, shares))).filter((object) => object !== undefined);
  if (wanted.length === 0)
    throw new PlatformError(
      `nothing of the topology ${topology} shares the requests of ${service.service} in ${namespace}`,
      'apply the topology first, and see that the service has more than one version',
    );
  const proxies = new Proxies(
    cluster,
    namespace,
    live.filter(({ kind }) => kind === 'Gateway'),
  );
  try {
    const all = await proxies.list();
    const origins = wanted.map(originOf);
    const configs = await inParallel(all, (proxy) => proxies.read(proxy, ['routes'], signal).catch(() => undefined));
    const readers = all.filter((_, index) => configs[index]?.routes.some(({ origin }) => origins.some((one) => one.test(origin))));
    const startedAt = performance.now();
    await inParallel(wanted, (object) => change(cluster, object));
    const heldAt = await proxies.hold(wanted.map(holdsRoutes), signal, ['routes'], readers);
    return {
      shares,
      objects: wanted.map(nameOf),
      proxies: readers.map(({ pod }) => pod),
      milliseconds: Math.round(heldAt - startedAt),
    };
  } finally {
    proxies.close();
  }
}

/** Who had a route of the object before the change has the changed one. Each had one; of the objects that it does not read it has none. */
const holdsRoutes = (object: MeshObject): Expectation => {
  const origin = originOf(object);
  return (proxy, { routes }) => (routes.some((route) => origin.test(route.origin)) ? missingRoutes(object, proxy, routes) : undefined);
};

/** A share for a version without a ready pod is a share of failed requests. */
async function refuseDead(cluster: Cluster, { namespace, service }: SplitService, shares: Shares): Promise<void> {
  const ready = await readyVersions(cluster, namespace);
  const dead = [...shares].find(([version, percent]) => percent > 0 && !ready.has(versionKey(namespace, service, version)));
  if (dead)
    throw new PlatformError(
      `${service} ${dead[0]} has no ready pod: ${dead[1]} % of the requests would fail`,
      `see its pods (kubectl -n ${namespace} get pods -l app=${service},version=${dead[0]}), or give it 0`,
    );
}

/** The object with the other shares and a mark that says who set them; undefined where it shares nothing of the service. */
async function changed(cluster: Cluster, live: LiveObject, service: SplitService, shares: Shares): Promise<MeshObject | undefined> {
  const current = sharesIn(live, hostName(service.service, service.namespace));
  if (!current) return undefined;
  const rendered = (of: Shares) => service.render(of).find((object) => identityOf(object) === identityOf(live));
  const [same, other] = [rendered(current), rendered(shares)];
  if (!same || !other) throw unapplied(live, 'it is no longer declared');
  const { changes, conflicts } = await dryRun(cluster, live, owned(same, service.topology));
  if (conflicts.length > 0) throw takenOver(live);
  const difference = changes.find(({ path }) => !path.startsWith('metadata.'));
  if (difference) throw unapplied(live, difference.path);
  const mark = `${service.service} ${sharesInWords(shares)}`;
  const { resourceVersion } = live.metadata ?? {};
  const { metadata, ...rest } = owned(other, service.topology);
  const annotations = { ...metadata?.annotations, [SPLIT_ANNOTATION]: mark };
  return { ...rest, metadata: { ...metadata, annotations, ...(resourceVersion ? { resourceVersion } : {}) } };
}

const unapplied = (object: MeshObject, what: string): PlatformError =>
  new PlatformError(`${nameOf(object)} differs from the file in more than its shares: ${what}`, 'apply the topology, then split');

async function change(cluster: Cluster, object: MeshObject): Promise<void> {
  try {
    await cluster.applyOne(object, FIELD_MANAGER);
  } catch (error) {
    throw error instanceof ApplyConflict ? takenOver(object, error) : error;
  }
}

const takenOver = (object: MeshObject, cause?: unknown): PlatformError =>
  new PlatformError(
    `the routes of ${nameOf(object)} were changed by somebody else`,
    'see what differs with plan, take it back with apply, then split',
    { cause },
  );
