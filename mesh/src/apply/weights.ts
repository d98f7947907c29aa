import { type Cluster, type LiveObject, NotPermittedError, UsageError } from '@mesh-platform/kubernetes';
import { type Destination, readVirtualService } from '../model/virtual-services.ts';
import { resolveHost } from '../names.ts';
import type { MeshObject } from '../object.ts';

/** Whole percents by version; they add up to 100. */
export type Weights = ReadonlyMap<string, number>;

/** Records the weights that `split` set in a running VirtualService: `preview v1=50 v2=50`. */
export const SPLIT_ANNOTATION = 'mesh.platform/split';
/** The label of a rollout's Lease, with the name of the service, while `apply` leaves the weights of the service as they are. */
export const KEEPS_WEIGHTS_OF = 'mesh.platform/keeps-weights-of';

/** The services whose weights a rollout keeps. Who may read no Lease has no rollout. */
export async function servicesWithKeptWeights(cluster: Cluster, namespace: string): Promise<readonly string[]> {
  try {
    const leases = await cluster.list('coordination.k8s.io/v1', 'Lease', namespace, KEEPS_WEIGHTS_OF);
    return leases.flatMap(({ metadata }) => metadata?.labels?.[KEEPS_WEIGHTS_OF] ?? []);
  } catch (error) {
    if (error instanceof NotPermittedError) return [];
    throw error;
  }
}

const WEIGHT = /^([a-z0-9.-]+)=(\d{1,3})$/;

/** Reads `v1=80 v2=20`. Versions that are not named get nothing. Throws a UsageError that names what does not fit. */
export function readWeights(service: string, versions: readonly string[], words: readonly string[]): Weights {
  const weights = new Map<string, number>();
  const example = versions.length > 1 ? `${versions[0]}=80 ${versions[1]}=20` : `${versions[0] ?? 'v1'}=100`;
  for (const word of words) {
    const [, version = '', percent] = WEIGHT.exec(word) ?? [];
    if (percent === undefined) throw new UsageError(`'${word}' is no weight`, `write whole percents by version: ${example}`);
    if (!versions.includes(version))
      throw new UsageError(`${service} has no version ${version}`, `name some of its versions: ${versions.join(', ')}`);
    if (weights.has(version)) throw new UsageError(`duplicate version ${version}`, 'give each version one weight');
    weights.set(version, Number(percent));
  }
  const sum = [...weights.values()].reduce((total, percent) => total + percent, 0);
  if (sum !== 100)
    throw new UsageError(
      words.length === 0 ? `the weights of ${service} are missing` : `${words.join(' ')} add up to ${sum}, not to 100`,
      `write whole percents that add up to 100: ${example}`,
    );
  return new Map(versions.map((version) => [version, weights.get(version) ?? 0]));
}

/** `v1=80 v2=20` */
export const weightsInWords = (weights: Iterable<readonly [string, number]>): string =>
  [...weights].map(([version, percent]) => `${version}=${percent}`).join(' ');

/** Whether a route splits requests among the versions of a host; one with a lone destination without weight is meant for that version. */
const isShared = (destinations: readonly Destination[], host: string): boolean =>
  destinations.length > 0 &&
  destinations.every(({ subset, fullHost }) => subset !== undefined && fullHost === host) &&
  (destinations.length > 1 || destinations[0]?.weight !== undefined);

/** The weights of a service in a VirtualService; undefined where it does not split the service's traffic. */
export function weightsIn(object: MeshObject, host: string): Weights | undefined {
  const shared = readVirtualService(object).http.find(({ destinations }) => isShared(destinations, host));
  return shared && new Map(shared.destinations.map(({ subset = '', weight = 0 }) => [subset, weight]));
}

/** The mark of `split` in a running VirtualService. */
export const splitMarkOf = ({ metadata }: MeshObject): string | undefined => metadata?.annotations?.[SPLIT_ANNOTATION];

const withMark = (object: MeshObject, mark: string): MeshObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata?.annotations, [SPLIT_ANNOTATION]: mark } },
});

/** A VirtualService as it is declared; with the mark of `split` where the marked weights are the declared ones, since that is no deviation. */
export function withMarkOfSameWeights(object: MeshObject, live: LiveObject): MeshObject {
  const mark = splitMarkOf(live);
  const [service = ''] = mark?.split(' ') ?? [];
  const declared = mark && weightsIn(object, resolveHost(service, object.metadata?.namespace ?? ''));
  return mark && declared && mark === `${service} ${weightsInWords(declared)}` ? withMark(object, mark) : object;
}

interface Spec {
  readonly http?: readonly { readonly route?: readonly WeightedDestination[] }[];
}
interface WeightedDestination {
  readonly destination?: { readonly subset?: string };
  readonly weight?: number;
}

/** A VirtualService as it is declared, with the weights that the cluster has for these services; any other object as it is. */
export function withKeptWeights(object: MeshObject, live: LiveObject, services: readonly string[]): MeshObject {
  if (object.kind !== 'VirtualService') return object;
  const kept = new Map(
    services.flatMap((service) => {
      const host = resolveHost(service, object.metadata?.namespace ?? '');
      const weights = weightsIn(object, host) && weightsIn(live, host);
      return weights ? [[host, weights] as const] : [];
    }),
  );
  if (kept.size === 0) return object;
  const { http = [] } = object.spec as Spec;
  const mark = splitMarkOf(live);
  return {
    ...(mark ? withMark(object, mark) : object),
    spec: {
      ...(object.spec as Spec),
      http: http.map((rule, index) => {
        const { destinations = [] } = readVirtualService(object).http[index] ?? {};
        const weights = kept.get(destinations[0]?.fullHost ?? '');
        return weights && isShared(destinations, destinations[0]?.fullHost ?? '')
          ? { ...rule, route: reweighted(rule.route, weights) }
          : rule;
      }),
    },
  };
}

const reweighted = (route: readonly WeightedDestination[] = [], weights: Weights): readonly WeightedDestination[] =>
  route.map((one) => ({ ...one, weight: weights.get(one.destination?.subset ?? '') ?? 0 }));
