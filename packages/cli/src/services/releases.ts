import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';

/** One release of a service: what one image holds and one Deployment runs. */
export interface Release {
  readonly service: string;
  readonly version: string;
  /** The folder of the service. */
  readonly folder: string;
}

const release = (service: string, version: string): Release => ({ service, version, folder: join(checkout, 'apps', service) });

export const releases: readonly Release[] = [
  release('preview', 'v1'),
  release('preview', 'v2'),
  release('web', 'v1'),
  release('core', 'v1'),
];

/** `preview-v1`: the name of the Deployment and of the image. */
export const releaseName = ({ service, version }: Release): string => `${service}-${version}`;
