import { benchNames } from '../bench/bench.ts';
import { versionName, versionsOf } from '../services/service-versions.ts';
import { environmentNames, localEnvironment } from '../services/topology.ts';
import type { ValuesOf } from './candidates.ts';

const topology = async () => (await localEnvironment()).environment.mesh;
const services = async () => [...(await topology()).services.keys()];
const images = async () => versionsOf(await topology()).map(versionName);
const versionsOfService = async (service = '') => (await topology()).services.get(service)?.versions ?? [];

/** Values for a placeholder of the help, from the topology and the folders of this checkout. */
const SOURCES: Readonly<Record<string, (args: readonly string[]) => Promise<readonly string[]>>> = {
  target: async () => ['embedded', 'kind', 'context:'],
  benchmark: benchNames,
  check: async () => (await import('@mesh-platform/proofs')).allChecks.map(({ name }) => name),
  environment: environmentNames,
  service: services,
  from: services,
  to: services,
  image: images,
  version: ([service]) => (service === undefined ? images() : versionsOfService(service)),
  weight: async ([service]) => (await versionsOfService(service)).map((version) => `${version}=`),
};

export const checkoutValues: ValuesOf = async (name, args) => (Object.hasOwn(SOURCES, name) ? (SOURCES[name]?.(args) ?? []) : []);
