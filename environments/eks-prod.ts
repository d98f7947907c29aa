import { eksSettings, readOutputs } from '@mesh-platform/infra';
import { defineEnvironment } from '@mesh-platform/mesh';
import platform from '../platform.mesh.ts';
import images from './eks-prod/images.json' with { type: 'json' };
import outputs from './eks-prod/outputs.json' with { type: 'json' };

/** As eks-dev.ts, with one replica in each of the three zones: the loss of a zone leaves two. */
export default defineEnvironment(platform, {
  ...eksSettings('eks-prod', readOutputs(outputs), images, platform),
  replicas: 3,
  autoscale: { max: 20, cpuPercent: 60 },
  patches: ['../apps/*/deploy', 'eks'],
});
