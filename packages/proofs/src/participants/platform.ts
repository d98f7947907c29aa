import type { Environment, LoadedEnvironment } from '@mesh-platform/mesh';

/** A platform as its environment describes it, before any request. */
export interface Platform {
  readonly environment: Environment;
  /** Where the gateway answers with the path of a request: `/path` of the first service. */
  readonly path: string;
}

/** Annotation on the Deployments of a service that reports the path of a request elsewhere than at `/path`. */
const ELSEWHERE = 'mesh.platform/path';
const PATH = '/path';

/** A platform from its environment. */
export const platformOf = ({ environment, rendered }: Pick<LoadedEnvironment, 'environment' | 'rendered'>): Platform => {
  const first = environment.mesh.gateway?.to;
  const annotated = rendered.objects
    .filter(({ kind, metadata }) => kind === 'Deployment' && metadata?.labels?.app === first)
    .map(({ metadata }) => metadata?.annotations?.[ELSEWHERE]);
  return { environment, path: annotated.find((path) => path !== undefined) ?? PATH };
};

/** No service of this platform can show the check, and why. */
export interface Missing {
  /** `no service on the route from the gateway has two versions` */
  readonly missing: string;
}

/** Whether no participants were found. */
export const isMissing = (found: object): found is Missing => 'missing' in found;
