import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubernetesObject } from '@mesh-platform/kubernetes';
import type { LoadedEnvironment } from '@mesh-platform/mesh';
import { checkout } from '@mesh-platform/targets';
import { dump } from 'js-yaml';
import { type ServiceVersion, versionName, versionsOf } from '../services/service-versions.ts';
import { DEV_LABEL } from './in-development.ts';
import { readSkaffoldInput } from './read-skaffold-input.ts';
import { skaffoldConfig } from './skaffold-config.ts';
import { programOf, supervised } from './supervised.ts';

/** What a session of `./platform dev` works with. */
export interface DevPlan {
  /** The folder of skaffold's files. */
  readonly folder: string;
  /** Sources reach the pods without an image. */
  readonly synced: boolean;
  /** The service whose programs a debugger reaches. */
  readonly inspected?: string;
}

/** The file that skaffold is given. */
export const devConfigFile = (folder: string): string => join(folder, 'skaffold.yaml');

/** Writes what skaffold builds and deploys for a session: the services of the topology, in a form that takes files where sources are synced. */
export async function writeDevFiles({ folder, synced, inspected }: DevPlan, platform: LoadedEnvironment): Promise<void> {
  const manifests = join(folder, 'services.yaml');
  const objects = await Promise.all(
    serviceObjects(platform).map(async (object) => marked(synced ? await takingFiles(object, platform, inspected) : object)),
  );
  const config = skaffoldConfig(await readSkaffoldInput(), { root: checkout, manifests, synced });
  await mkdir(folder, { recursive: true });
  await writeIfNew(manifests, objects.map((object) => dump(object, { noRefs: true, lineWidth: -1 })).join('---\n'));
  await writeIfNew(devConfigFile(folder), dump(config, { noRefs: true, lineWidth: -1 }));
}

/** Only of services with code in this repository: Postgres outlives every session. */
function serviceObjects({ environment, rendered }: LoadedEnvironment): readonly KubernetesObject[] {
  const services = new Set(versionsOf(environment.mesh).map(({ service }) => service));
  return [...services].flatMap((service) => rendered.files.get(`${service}.yaml`) ?? []) as readonly KubernetesObject[];
}

const marked = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, labels: { ...object.metadata?.labels, [DEV_LABEL]: 'true' } },
});

async function takingFiles(object: KubernetesObject, { environment }: LoadedEnvironment, inspected?: string): Promise<KubernetesObject> {
  const version = versionsOf(environment.mesh).find((candidate) => versionName(candidate) === object.metadata?.name);
  if (!version || object.kind !== 'Deployment') return object;
  return supervised(object, await programOfVersion(version), { inspected: version.service === inspected });
}

const programOfVersion = async ({ folder }: ServiceVersion): Promise<readonly string[]> =>
  programOf(await readFile(join(folder, 'Dockerfile'), 'utf8'));

/** skaffold acts on each write of a file, even where the contents stay the same. */
async function writeIfNew(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return;
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
