import { eksSettings, readOutputs } from '@mesh-platform/infra';
import { defineEnvironment } from '@mesh-platform/mesh';
import platform from '../platform.mesh.ts';
import images from './eks-dev/images.json' with { type: 'json' };
import outputs from './eks-dev/outputs.json' with { type: 'json' };

/** On EKS, with RDS: `infra/terraform/live/run dev output -json` writes outputs.json, the pipeline's summary has the digests. */
export default defineEnvironment(platform, {
  ...eksSettings('eks-dev', readOutputs(outputs), images, platform),
  patches: ['../apps/*/deploy', 'eks'],
});
