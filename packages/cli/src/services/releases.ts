import { join } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes';
import { type Mesh, releaseName as nameOfRelease } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';

/** One release of a service: what one image holds and one Deployment runs. */
export interface Release {
  readonly service: string;
  readonly version: string;
  /** The folder of the service. */
  readonly folder: string;
}

/** Every release that an image is built for: those of the services whose code lies in `apps`. What keeps data brings its own image. */
export const releasesOf = ({ services }: Mesh): readonly Release[] =>
  [...services.values()]
    .filter(({ stateful }) => !stateful)
    .flatMap(({ name, versions }) => versions.map((version) => ({ service: name, version, folder: join(checkout, 'apps', name) })));

/** `preview-v1`: the name of the Deployment and of the image. */
export const releaseName = ({ service, version }: Release): string => nameOfRelease(service, version);

/** The release of that name, or a sentence that says which there are. */
export function releaseNamed(name: string, mesh: Mesh): Release {
  const releases = releasesOf(mesh);
  const release = releases.find((candidate) => releaseName(candidate) === name);
  if (release) return release;
  throw new PlatformError(`the topology has no release ${name}`, `name one of: ${releases.map(releaseName).join(', ')}`);
}
