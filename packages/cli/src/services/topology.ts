import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EKS_ENVIRONMENTS, type EksEnvironment, outputsOf } from '@mesh-platform/infra';
import { type LoadedEnvironment, loadEnvironment } from '@mesh-platform/mesh';
import { checkout, type ImageSources } from '@mesh-platform/targets';

/** The namespace of the platform in each cluster, as in platform.mesh.ts. Known here even where that file does not load. */
export const NAMESPACE = 'platform';

/** The file with the settings of an environment, such as `local`. */
export const environmentFile = (name: string): string => join(checkout, 'environments', `${name}.ts`);

/** The folder of the committed manifests of an environment. */
export const renderedFolder = (name: string): string => join(checkout, 'deploy', name);

/** The platform as an environment has it; that of a target is named by it. */
export const platformIn = ({ environment }: { readonly environment: string }): Promise<LoadedEnvironment> =>
  loadEnvironment(environmentFile(environment));

/** Names that the gateway answers to in an environment; none where the topology has no gateway. */
export const hostsIn = async (environment: string): Promise<readonly string[]> =>
  (await platformIn({ environment })).environment.mesh.gateway?.hosts ?? [];

/** Where images that nothing here builds are pulled from in an environment; on EKS through ECR's cache where there is one. */
export async function imageSourcesIn(environment: string): Promise<ImageSources> {
  const cache = isEks(environment) ? (await outputsOf(environment)).image_cache : undefined;
  return { ...(cache && { registry: cache }), ...(await platformIn({ environment })).environment.imageSources };
}

/** The environment of this machine's targets. */
export const localEnvironment = (): Promise<LoadedEnvironment> => platformIn({ environment: 'local' });

/** Every environment that the platform has a file for. */
export const environmentNames = async (): Promise<readonly string[]> =>
  (await readdir(join(checkout, 'environments')))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .sort();

const isEks = (name: string): name is EksEnvironment => EKS_ENVIRONMENTS.some((known) => known === name);

/** The public URL of an environment from Terraform's outputs; undefined where it has no domain name. */
export const publicAddressIn = async (environment: string): Promise<string | undefined> =>
  isEks(environment) ? (await outputsOf(environment)).edge.url : undefined;

/** The environments on EKS, and the name that Terraform gave the cluster of each. */
export const eksClusters = async (): Promise<ReadonlyMap<string, string>> =>
  new Map(await Promise.all(EKS_ENVIRONMENTS.map(async (name) => [name, (await outputsOf(name)).cluster_name] as const)));
