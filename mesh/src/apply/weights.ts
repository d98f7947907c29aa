import { UsageError } from '@mesh-platform/kubernetes';
import { type Destination, readVirtualService } from '../model/virtual-services.ts';
import type { MeshObject } from '../object.ts';

/** Whole percents by version; they add up to 100. */
export type Weights = ReadonlyMap<string, number>;

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
export const weightsInWords = (weights: Weights): string => [...weights].map(([version, percent]) => `${version}=${percent}`).join(' ');

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
