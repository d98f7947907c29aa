import { isWorkload } from '@mesh-platform/kubernetes';
import { Inventory } from '../model/inventory.ts';
import { readAuthorizationPolicy } from '../model/security-policies.ts';
import { readSidecar } from '../model/sidecars.ts';
import { readVirtualService } from '../model/virtual-services.ts';
import type { Workload } from '../model/workloads.ts';
import type { MeshObject } from '../object.ts';
import { pruneRank, type Turn, turnOf } from './kinds.ts';
import type { PlannedObject } from './plan.ts';

/** Objects that are applied together, before the next ones. */
export interface Stage {
  readonly title: string;
  readonly objects: readonly MeshObject[];
  /** The condition to wait for before the next stage: the proxies are in sync with everything applied so far, or the workloads run. */
  readonly wait?: 'proxies' | 'workloads';
}

/**
 * Make before break. What others name comes first; what opens comes before what closes (the policy of one caller before deny-all),
 * and both before the workloads that they protect; a route comes when the proxies know the subsets that it names and pods are behind
 * them; a subset goes when no route names it any more.
 */
export function stagesOf(planned: readonly PlannedObject[], ready: ReadonlySet<string>): readonly Stage[] {
  const changed = planned.filter(({ action }) => action === 'create' || action === 'update');
  const byTurn = Map.groupBy(changed, ({ object }) => turnOf(object));
  const of = (turn: Turn) => (byTurn.get(turn) ?? []).map(({ object }) => object);
  const rules = byTurn.get('subsets') ?? [];
  const routes = of('routes');
  const policies = Map.groupBy(of('policies'), closes);
  // Also those that a run which was ended has applied and did not wait for.
  const workloads = planned.filter(({ action, object }) => isWorkload(object) && action !== 'delete').map(({ object }) => object);
  const arriving = new Inventory(workloads).workloads;
  const keysOf = ({ namespace, labels }: Workload) => versionKey(namespace, labels.get('app') ?? '', labels.get('version') ?? '');
  const coming = { arriving: new Set(arriving.map(keysOf)), ready, running: new Set([...ready].map(serviceOf)) };
  const { early = [], late = [] } = Object.groupBy(routes, (route) => (canServe(route, coming) ? 'early' : 'late'));
  const shrinking = rules.filter(({ object, live }) => live !== undefined && withOldSubsets(object, live) !== object);
  const stages: Stage[] = [
    { title: 'namespace and identities', objects: of('identities') },
    { title: 'services', objects: of('services') },
    {
      title: 'subsets, and policies that open',
      objects: [...rules.map(({ object, live }) => (live ? withOldSubsets(object, live) : object)), ...(policies.get(false) ?? [])],
      wait: 'proxies',
    },
    { title: 'policies that close', objects: policies.get(true) ?? [] },
    { title: 'routes to what runs already', objects: early, wait: 'proxies' },
    { title: 'workloads', objects: of('workloads'), wait: 'workloads' },
    { title: 'routes', objects: late, wait: 'proxies' },
    { title: 'subsets that no route names any more', objects: shrinking.map(({ object }) => object), wait: 'proxies' },
  ];
  return stages.filter(({ objects: some, wait }) => some.length > 0 || (wait === 'workloads' && workloads.length > 0));
}

/** The same in reverse: what is deleted, group by group; after the routes the proxies must know that they are gone. */
export function pruneStagesOf(planned: readonly PlannedObject[]): readonly Stage[] {
  const objects = planned.filter(({ action }) => action === 'delete').map(({ object }) => object);
  const ranks = [...new Set(objects.map(pruneRank))].sort((a, b) => a - b);
  return ranks.map((rank) => {
    const some = objects.filter((object) => pruneRank(object) === rank);
    const kind = some[0]?.kind ?? '';
    return { title: `${kind}, no longer declared`, objects: some, ...(kind === 'VirtualService' ? { wait: 'proxies' as const } : {}) };
  });
}

/** Whether an object restricts running workloads: deny-all, the default Sidecar, STRICT, and network policies. */
function closes(object: MeshObject): boolean {
  if (object.kind === 'AuthorizationPolicy') {
    const { rules, selector } = readAuthorizationPolicy(object);
    return rules.length === 0 && selector.size === 0;
  }
  if (object.kind === 'Sidecar') return readSidecar(object).selector.size === 0;
  return object.kind === 'PeerAuthentication' || object.kind === 'NetworkPolicy';
}

interface Subsetting {
  readonly subsets?: readonly { readonly name: string }[];
}

/** The rule with the subsets that it is to lose: as long as a route may name them. The object itself where it loses none. */
export function withOldSubsets(object: MeshObject, live: MeshObject): MeshObject {
  const { subsets = [] } = (object.spec ?? {}) as Subsetting;
  const old = ((live.spec ?? {}) as Subsetting).subsets ?? [];
  const lost = old.filter(({ name }) => !subsets.some((subset) => subset.name === name));
  return lost.length === 0 ? object : { ...object, spec: { ...(object.spec as object), subsets: [...subsets, ...lost] } };
}

/** `platform/preview/v1` */
export const versionKey = (namespace: string, app: string, version: string): string => `${namespace}/${app}/${version}`;

const serviceOf = (key: string): string => key.slice(0, key.lastIndexOf('/'));

interface Versions {
  /** A versionKey for each that the topology runs. */
  readonly arriving: ReadonlySet<string>;
  /** A versionKey for each that has a ready pod. */
  readonly ready: ReadonlySet<string>;
  /** The services, without their versions, that have a ready pod. */
  readonly running: ReadonlySet<string>;
}

/**
 * Whether each version with a weight in the route has a ready pod, or its service has no pod at all and no caller can depend on
 * it. What nothing in the topology runs is somewhere else and counts as running.
 */
function canServe(route: MeshObject, { arriving, ready, running }: Versions): boolean {
  const used = readVirtualService(route).http.flatMap(({ destinations }) => destinations.filter(({ weight = 100 }) => weight > 0));
  return used.every(({ fullHost, subset = '' }) => {
    const [app = '', home = ''] = fullHost.split('.');
    const key = versionKey(home, app, subset);
    return ready.has(key) || !running.has(serviceOf(key)) || !arriving.has(key);
  });
}
