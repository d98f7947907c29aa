import { IMAGE_REPOSITORY } from '@mesh-platform/kubernetes';
import { defineEnvironment } from '@mesh-platform/mesh';
import platform from '../platform.mesh.ts';

/** On this machine: images that the target builds (their digests take the place of the tag), one replica, fault injection, traces for `./platform view`. */
export default defineEnvironment(platform, {
  name: 'local',
  image: (service, version) => `${IMAGE_REPOSITORY}/${service === 'postgres' ? service : `${service}-${version}`}:local`,
  hosts: ['127.0.0.1'],
  patches: ['../apps/*/deploy', 'postgres'],
  variables: { FAULTS: 'on', TRACE_PORT: '4318' },
});
