import { isDeepStrictEqual } from 'node:util';
import { ApplyConflict, type Cluster, type FieldConflict, inParallel, type LiveObject, PlatformError } from '@mesh-platform/kubernetes';
import { FIELD_MANAGER, identityOf, isIstio, isOwnedBy, type MeshObject, owned, topologyOf } from '../object.ts';
import { isApplied } from './applied.ts';
import { inspectIstio } from './istio.ts';
import { listKinds, PRUNED_KINDS } from './kinds.ts';
import { servicesWithKeptWeights, splitMarkOf, withKeptWeights, withMarkOfSameWeights } from './weights.ts';

export type Action = 'create' | 'update' | 'unchanged' | 'conflict' | 'delete';

/** The action of `apply` for one object. */
export interface PlannedObject {
  readonly action: Action;
  /** As it is declared; of one to delete, as it is. */
  readonly object: MeshObject;
  /** As the cluster has it. */
  readonly live?: LiveObject;
  /** The differing fields; for a conflict, those that a forced apply would change. */
  readonly changes: readonly FieldChange[];
  /** Field managers such as `kubectl-edit` whose values of declared fields are overridden. */
  readonly overriddenManagers: readonly string[];
  /** Why the object is skipped: declared fields that another controller owns. */
  readonly conflicts: readonly FieldConflict[];
  /** The weights that `split` set by hand, `preview v1=50 v2=50`; applying goes back to the file. */
  readonly split?: string;
}

export interface Plan {
  readonly topology: string;
  /** In the order of the topology; what is deleted comes last. */
  readonly objects: readonly PlannedObject[];
  readonly warnings: readonly string[];
}

/** Whether the cluster matches the topology. */
export const isInSync = ({ objects }: Plan): boolean => objects.every(({ action }) => action === 'unchanged');

/** Asks the API server what applying the topology would do. Changes nothing. */
export async function plan(cluster: Cluster, desired: Desired): Promise<Plan> {
  const warnings = await inspectIstio(cluster, desired.objects);
  const namespaces = await missingNamespaces(cluster, desired);
  const kept = namespaces.has(desired.namespace) ? [] : await servicesWithKeptWeights(cluster, desired.namespace);
  const present = await presentIn(cluster, desired, namespaces);
  const planned = await inParallel(desired.objects, (object) =>
    planObject(cluster, owned(object, desired.topology), desired.topology, namespaces.has(object.metadata?.namespace ?? ''), kept, present),
  );
  return {
    topology: desired.topology,
    objects: [...planned, ...stale(present, desired)],
    warnings: [...warnings, ...kept.map((service) => `a rollout of ${service} is open: its weights stay as they are in the cluster`)],
  };
}

/** Namespaces that are yet to be made, by an object of the topology. */
async function missingNamespaces(cluster: Cluster, { objects }: Desired): Promise<ReadonlySet<string>> {
  const used = [...new Set(objects.map(({ metadata }) => metadata?.namespace).filter((name) => name !== undefined))];
  const live = await Promise.all(used.map((name) => cluster.read({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
  const missing = used.filter((_, index) => !live[index]);
  for (const [index, name] of used.entries()) {
    if (live[index]?.metadata?.deletionTimestamp)
      throw new PlatformError(`the namespace ${name} is being deleted`, 'wait until it is gone and run the command again');
  }
  const declared = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata?.name));
  const nobodys = missing.find((name) => !declared.has(name));
  if (nobodys) throw new PlatformError(`there is no namespace ${nobodys}`, `create it: kubectl create namespace ${nobodys}`);
  return new Set(missing);
}

/** By identity, what the namespaces of the topology have of the kinds that it may own: a request for each kind, not for each object. */
type Present = ReadonlyMap<string, LiveObject>;

async function presentIn(cluster: Cluster, { namespace, objects }: Desired, missing: ReadonlySet<string>): Promise<Present> {
  const namespaces = new Set([namespace, ...objects.flatMap(({ metadata }) => metadata?.namespace ?? [])]);
  const lists = await Promise.all(
    [...namespaces].filter((name) => !missing.has(name)).map((name) => listKinds(cluster, PRUNED_KINDS, name)),
  );
  return new Map(lists.flat().map((live) => [identityOf(live), live]));
}

/** The object as the cluster has it; what no list contains, or contains in another version of its API, is read. */
async function liveOf(cluster: Cluster, object: MeshObject, present: Present): Promise<LiveObject | undefined> {
  const isListed = PRUNED_KINDS.some(({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind);
  return isListed && object.metadata?.namespace ? present.get(identityOf(object)) : cluster.read(object);
}

async function planObject(
  cluster: Cluster,
  declared: MeshObject,
  topology: string,
  withoutNamespace: boolean,
  servicesWithKept: readonly string[],
  present: Present,
): Promise<PlannedObject> {
  const nothing = { changes: [], overriddenManagers: [], conflicts: [] };
  if (withoutNamespace) return { ...nothing, object: declared, action: 'create' };
  const live = await liveOf(cluster, declared, present);
  const object = live ? withKeptWeights(withMarkOfSameWeights(declared, live), live, servicesWithKept) : declared;
  const base = { ...nothing, object };
  if (!live || live.metadata?.deletionTimestamp) {
    if (!live) await cluster.applyOne(object, FIELD_MANAGER, { dryRun: true }); // what would be refused is refused now
    return { ...base, action: 'create', ...(live ? { live } : {}) };
  }
  const owner = foreignTopology(live, topology);
  if (owner) return { ...base, live, action: 'conflict', conflicts: [{ manager: `the topology ${owner}`, field: '' }] };
  if (isApplied(object, live)) return { ...base, live, action: 'unchanged' };
  const { changes: all, conflicts } = await dryRun(cluster, live, object);
  const changes = all.map((change) => (object.kind === 'Secret' ? { ...change, ...HIDDEN } : change));
  const mark = splitMarkOf(live);
  const split = mark === splitMarkOf(object) ? undefined : mark;
  return {
    ...base,
    live,
    changes,
    ...(split ? { split } : {}),
    ...(conflicts.every(({ manager }) => isKubectl(manager))
      ? {
          action: changes.length > 0 || conflicts.length > 0 ? 'update' : 'unchanged',
          overriddenManagers: [...new Set(conflicts.map(({ manager }) => manager))],
        }
      : { action: 'conflict', conflicts }),
  };
}

/** A plan never shows the content of a Secret. */
const HIDDEN = { before: '(hidden)', after: '(hidden)' };

/** The fields that applying would change; for conflicts, those that a forced apply would change. */
export async function dryRun(
  cluster: Cluster,
  live: LiveObject,
  object: MeshObject,
): Promise<Pick<PlannedObject, 'changes' | 'conflicts'>> {
  const changesBy = async (force: boolean) => fieldChanges(live, await cluster.applyOne(object, FIELD_MANAGER, { dryRun: true, force }));
  try {
    return { changes: await changesBy(false), conflicts: [] };
  } catch (error) {
    if (!(error instanceof ApplyConflict)) throw error;
    return { changes: await changesBy(true), conflicts: error.conflicts };
  }
}

/** Objects with the labels of the topology that it no longer declares. */
function stale(present: Present, desired: Desired): PlannedObject[] {
  const wanted = new Set(desired.objects.map(identityOf));
  return [...present.values()]
    .filter((live) => isOwnedBy(live, desired.topology) && !live.metadata?.deletionTimestamp && isPrunable(live, desired))
    .filter((live) => !wanted.has(identityOf(live)))
    .map((live) => ({ action: 'delete', object: live, live, changes: [], overriddenManagers: [], conflicts: [] }));
}

/** Every object of a topology. */
export interface Desired {
  /** The topology's name: two in a cluster never prune each other. */
  readonly topology: string;
  readonly namespace: string;
  readonly objects: readonly MeshObject[];
  /** Only what Istio reads is applied and pruned: the workloads are deployed by another. */
  readonly policiesOnly?: boolean;
}

/** The Istio objects of a topology; another tool deploys the workloads. */
export const policiesIn = (desired: Desired): Desired => ({ ...desired, objects: desired.objects.filter(isIstio), policiesOnly: true });

const RUN_ID = 'skaffold.dev/run-id';

/** Whether `apply` may delete the object: only skaffold deletes what skaffold deployed. */
export const isPrunable = (live: MeshObject, { policiesOnly = false }: Pick<Desired, 'policiesOnly'>): boolean =>
  !live.metadata?.labels?.[RUN_ID] && (isIstio(live) || !policiesOnly);

/** The other topology that the object belongs to. */
export function foreignTopology(object: MeshObject, topology: string): string | undefined {
  const owner = topologyOf(object);
  return owner !== topology ? owner : undefined;
}

/** Changes made with kubectl are drift, which `apply` reverts; any other manager keeps the fields that it owns. */
export const isKubectl = (manager: string): boolean => manager.startsWith('kubectl');

/** One field that differs. Undefined: it is not there. */
export interface FieldChange {
  /** `spec.http[preview].route[1].weight`: elements of a list by their name where each has one. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Metadata that the API server manages and changes with every write. */
const BOOKKEEPING = new Set(['managedFields', 'resourceVersion', 'generation', 'creationTimestamp', 'uid', 'selfLink']);

/**
 * The fields that applying changes in an object: `after` is the result of the API server's dry run, so fields of other managers are
 * equal in both.
 */
export function fieldChanges(before: object, after: object): readonly FieldChange[] {
  return changes('', withoutBookkeeping(before), withoutBookkeeping(after));
}

function withoutBookkeeping(object: object): object {
  const { status: _, metadata, ...rest } = object as { status?: unknown; metadata?: object };
  return { ...rest, metadata: Object.fromEntries(Object.entries(metadata ?? {}).filter(([name]) => !BOOKKEEPING.has(name))) };
}

function changes(path: string, before: unknown, after: unknown): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [old, now] = [fieldsOf(before, after), fieldsOf(after, before)];
  if (!old || !now) return [{ path, before, after }];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => changes(join(path, key), old.get(key), now.get(key)));
}

const join = (path: string, key: string): string => (path === '' || key.startsWith('[') ? `${path}${key}` : `${path}.${key}`);

/** The parts of a value that can be compared with another of the same shape; undefined where the values are compared whole. */
function fieldsOf(value: unknown, other: unknown): Map<string, unknown> | undefined {
  if (Array.isArray(value) && Array.isArray(other)) {
    const named = [...value, ...other].every((element) => typeof (element as { name?: unknown } | null)?.name === 'string');
    const whole = [...value, ...other].every((element) => typeof element !== 'object');
    const keys = value.map((element: { name: string }, index) => `[${named ? element.name : index}]`);
    return whole || new Set(keys).size < keys.length ? undefined : new Map(keys.map((key, index) => [key, value[index]]));
  }
  const isMap = (one: unknown): one is object => typeof one === 'object' && one !== null && !Array.isArray(one);
  if (isMap(value) && isMap(other))
    return new Map(Object.entries(value).map(([key, inner]) => [key.includes('.') ? `[${key}]` : key, inner]));
  return undefined;
}
