import { nameOf } from '@mesh-platform/kubernetes';
import {
  hostOf,
  type LoadedEnvironment,
  type Mesh,
  type PlannedObject,
  plan,
  policiesOf,
  weightsIn,
  weightsInWords,
  withWeights,
} from '@mesh-platform/mesh';
import type { RunningTarget } from '@mesh-platform/targets';
import { desiredOf } from './environment.ts';
import { withRunningImages } from './running-images.ts';

/** A service whose weights `split` set: a chosen difference from the topology. */
export interface Split {
  readonly service: string;
  readonly weights: Readonly<Record<string, number>>;
  /** Those of the topology. */
  readonly declared: Readonly<Record<string, number>>;
}

/** How the policies of a cluster differ from the topology; `up` and `mesh apply` revert all of it. */
export interface PolicyDrift {
  /** Objects that are missing, stale, or differ in more than the weights that `split` set. */
  readonly changed: readonly string[];
  readonly splits: readonly Split[];
}

/** Compares the policies of the cluster with the topology. Weights that `split` set count as what they are, not as a change. */
export async function policyDrift({ cluster }: Pick<RunningTarget, 'cluster'>, platform: LoadedEnvironment): Promise<PolicyDrift> {
  const objects = await withRunningImages(platform.rendered.objects, cluster);
  const differing = async (desired: typeof objects): Promise<readonly PlannedObject[]> =>
    (await plan(cluster, desiredOf(platform, desired))).objects.filter(
      ({ action, object: { apiVersion = '' } }) => action !== 'unchanged' && apiVersion.includes('.istio.io/'),
    );
  const found = await differing(objects);
  const { mesh } = platform.environment;
  const splits = found.flatMap((planned) => splitOf(planned, mesh) ?? []);
  if (splits.length === 0) return { changed: namesOf(found), splits };
  const asSplit = splits.reduce((all, { service, weights }) => withWeights(all, service, new Map(Object.entries(weights))), mesh);
  const routes = new Map(policiesOf({ ...platform.environment, mesh: asSplit }).map((policy) => [nameOf(policy), policy]));
  const isSplit = new Set(found.filter(({ split }) => split).map(({ object }) => nameOf(object)));
  const rest = await differing(objects.map((object) => (isSplit.has(nameOf(object)) ? (routes.get(nameOf(object)) ?? object) : object)));
  return { changed: namesOf(rest), splits };
}

const namesOf = (planned: readonly PlannedObject[]): readonly string[] => planned.map(({ object }) => nameOf(object));

function splitOf({ split, live }: PlannedObject, mesh: Mesh): Split | undefined {
  const service = mesh.services.get(split?.split(' ')[0] ?? '');
  const weights = service && live && weightsIn(live, hostOf(mesh, service.name));
  if (!service || !weights) return undefined;
  return {
    service: service.name,
    weights: Object.fromEntries(weights),
    declared: Object.fromEntries(service.weights.map(({ version, percent }) => [version, percent])),
  };
}

/** `preview v1=50 v2=50; the topology has v1=80 v2=20` */
export const splitInWords = ({ service, weights, declared }: Split): string =>
  `${service} ${weightsInWords(Object.entries(weights))}; the topology has ${weightsInWords(Object.entries(declared))}`;
