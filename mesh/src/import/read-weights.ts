import type { Destination, HttpRoute, PlainRoute } from '../model/virtual-services.ts';
import { MESH_GATEWAY, serviceNamed } from '../names.ts';
import type { MeshSpec } from '../topology/spec.ts';
import { type Given, workloadsOf } from './given.ts';
import type { BareService } from './read-services.ts';

type Shares = readonly (readonly [version: string, share: number])[];

/** Weights as whole percents; those that add up to something else are scaled, as Istio does. Without routes, pods decide. */
export function readWeights(given: Given, services: ReadonlyMap<string, BareService>): NonNullable<MeshSpec['weights']> {
  const all = [...services].flatMap(([name, { versions }]): [string, Record<string, number>][] => {
    const shares = sharesOf(given, name).filter(([version]) => versions.includes(version));
    return versions.length < 2 || totalOf(shares) === 0 ? [] : [[name, percentsOf(shares)]];
  });
  return Object.fromEntries(all);
}

/** The shares of the versions of a service: by the route that most requests take, or by the number of pods. */
export function sharesOf(given: Given, name: string): Shares {
  const { destinations } = lastRouteTo(given, name) ?? { destinations: [] };
  const weightOf = ({ weight }: Destination) => weight ?? (destinations.length === 1 ? 1 : 0);
  return summed(
    destinations.length === 0
      ? byPods(given, name, 1)
      : destinations.flatMap((destination): Shares => {
          const weight = weightOf(destination);
          return destination.subset === undefined ? byPods(given, name, weight) : [[versionOf(given, name, destination.subset), weight]];
        }),
  );
}

interface LastRoute {
  readonly destinations: readonly Destination[];
  /** Whether callers in the mesh take it, and not only those from the gateway. */
  readonly isForMesh: boolean;
}

/** The route for most requests to a service: of the mesh before the gateway's; the one without conditions, or else the last. */
export function lastRouteTo({ inventory, namespace }: Given, name: string): LastRoute | undefined {
  const isTo = ({ destinations }: HttpRoute | PlainRoute) =>
    destinations.some(({ fullHost }) => serviceNamed(fullHost, namespace) === name);
  const [inMesh, atGateway] = [true, false].map((isForMesh) =>
    inventory.virtualServices
      .filter(({ gateways }) => gateways.includes(MESH_GATEWAY) === isForMesh)
      .flatMap(({ http, plain }): readonly (HttpRoute | PlainRoute)[] => (isForMesh ? [...http, ...plain] : http))
      .filter(isTo),
  );
  const isForMesh = inMesh !== undefined && inMesh.length > 0;
  const routes = (isForMesh ? inMesh : atGateway) ?? [];
  const route = routes.find(({ matches }) => matches.length === 0) ?? routes.at(-1);
  return route && { destinations: route.destinations, isForMesh };
}

function versionOf({ inventory, namespace }: Given, name: string, subset: string): string {
  const rules = inventory.destinationRules.filter(({ host }) => serviceNamed(host, namespace) === name);
  return (
    rules
      .flatMap(({ subsets }) => subsets)
      .find((one) => one.name === subset)
      ?.labels.get('version') ?? subset
  );
}

function byPods(given: Given, name: string, weight: number): Shares {
  const workloads = workloadsOf(given, name).filter(({ replicas }) => Number.isFinite(replicas) && replicas > 0);
  const all = workloads.reduce((sum, { replicas }) => sum + replicas, 0);
  return workloads.map(({ labels, replicas }) => [labels.get('version') ?? 'v1', (weight * replicas) / all]);
}

function summed(shares: Shares): Shares {
  const sums = new Map<string, number>();
  for (const [version, share] of shares) sums.set(version, (sums.get(version) ?? 0) + share);
  return [...sums];
}

const totalOf = (shares: Shares): number => shares.reduce((sum, [, share]) => sum + share, 0);

/** Whole percents that add up to 100: what rounding leaves goes to the largest. */
function percentsOf(shares: Shares): Record<string, number> {
  const total = totalOf(shares);
  const rounded = shares.map(([version, share]) => [version, Math.round((share * 100) / total)] as const);
  const rest = 100 - totalOf(rounded);
  const largest = rounded.reduce((a, b) => (b[1] > a[1] ? b : a), rounded[0] ?? ['', 0]);
  return Object.fromEntries(rounded.map(([version, percent]) => [version, version === largest[0] ? percent + rest : percent]));
}
