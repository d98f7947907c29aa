import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';

export const terraformFolder = join(checkout, 'infra/terraform');

/** Every folder that Terraform reads, below `terraformFolder`. */
export const terraformModules = [
  'bootstrap',
  'live',
  ...['network', 'cluster', 'database', 'registry', 'edge', 'ci'].map((name) => join('modules', name)),
] as const;
