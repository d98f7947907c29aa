import { join } from 'node:path';
import { type DefinedMesh, defineEnvironment, type Environment, resolveMesh } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';

const imported = async <T>(file: string): Promise<T> => ((await import(join(checkout, file))) as { readonly default: T }).default;
const { spec } = await imported<DefinedMesh>('platform.mesh.ts');
const local = await imported<Environment>('environments/local.ts');

const { core } = spec.services;
if (!core) throw new Error('platform.mesh.ts has no service core');
const twoCores = {
  ...spec,
  services: { ...spec.services, core: { ...core, versions: ['v1', 'v2'] } },
  weights: { ...spec.weights, core: { v1: 50, v2: 50 } },
};

/** The local environment with a second version of core, which runs the image of the first one. */
export default defineEnvironment(
  { ...resolveMesh(twoCores), spec: twoCores },
  {
    name: local.name,
    image: (service, version) => local.image(service, service === 'core' ? 'v1' : version),
    hosts: ['127.0.0.1'],
    patches: local.patches.map((folder) => `../../../../../environments/${folder}`),
    variables: local.variables,
  },
);
