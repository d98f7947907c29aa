import { defineEnvironment, resolveMesh } from '@mesh-platform/mesh';
import local from '../../../../../environments/local.ts';
import platform from '../../../../../platform.mesh.ts';

const { spec } = platform;
const services = { ...spec.services, core: { ...spec.services.core, versions: ['v1', 'v2'] } };
const twoCores = { ...spec, services, weights: { ...spec.weights, core: { v1: 50, v2: 50 } } };

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
