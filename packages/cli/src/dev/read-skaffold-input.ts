import { relative } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { productionClosure, readLock } from '../services/production-closure.ts';
import { versionName, versionsOf } from '../services/service-versions.ts';
import { platformIn } from '../services/topology.ts';
import type { SkaffoldInput } from './skaffold-config.ts';

/** The input of skaffold.yaml: the topology, the environments and the workspaces that each service imports. */
export async function readSkaffoldInput(): Promise<SkaffoldInput> {
  const [local, eks] = await Promise.all(['local', 'eks-dev'].map((environment) => platformIn({ environment })));
  if (!local || !eks) throw new Error('an environment is missing');
  const { mesh } = local.environment;
  const lock = await readLock();
  const versions = versionsOf(mesh)
    .map((version) => {
      const own = relative(checkout, version.folder);
      const imported = productionClosure(lock, own).workspaces.map(({ source }) => source);
      return { name: versionName(version), version, folders: [own, ...imported.sort()] };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const images = new Map(
    versions.flatMap(({ name, version: { service, version } }) => [
      [`local ${name}`, repositoryOf(local.environment.image(service, version))],
      [`eks-dev ${name}`, repositoryOf(eks.environment.image(service, version))],
    ]),
  );
  return {
    name: mesh.name,
    versions: versions.map(({ name, version: { service }, folders }) => ({ name, service, folders })),
    imageIn: (environment, version) => images.get(`${environment} ${version}`) ?? version,
  };
}

/** The name of an image without its tag and digest. */
const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
