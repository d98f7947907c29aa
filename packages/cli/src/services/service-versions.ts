import { join } from 'node:path';
import { UsageError } from '@mesh-platform/kubernetes';
import { type Mesh, versionName as nameOfVersion } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';

/** One version of a service: one image and one Deployment. */
export interface ServiceVersion {
  readonly service: string;
  readonly version: string;
  /** The folder of the service. */
  readonly folder: string;
}

/** Every version with an image of its own: those of the services with code in `apps`. A database has its own image. */
export const versionsOf = ({ services }: Mesh): readonly ServiceVersion[] =>
  [...services.values()]
    .filter(({ stateful }) => !stateful)
    .flatMap(({ name, versions }) => versions.map((version) => ({ service: name, version, folder: join(checkout, 'apps', name) })));

/** `preview-v1`: the name of the Deployment and of the image. */
export const versionName = ({ service, version }: ServiceVersion): string => nameOfVersion(service, version);

/** The version of that name; throws a UsageError that lists the versions. */
export function versionNamed(name: string, mesh: Mesh): ServiceVersion {
  const versions = versionsOf(mesh);
  const version = versions.find((candidate) => versionName(candidate) === name);
  if (version) return version;
  throw new UsageError(`the topology has no version ${name}`, `name one of: ${versions.map(versionName).join(', ')}`);
}
