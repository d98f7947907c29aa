import type { Environment, LoadedEnvironment } from '@mesh-platform/mesh';

/** What is known of a platform before anything is asked of it. */
export interface Platform {
  readonly environment: Environment;
  /** What its gateway is asked for the path of a request: `/path` of the first service. */
  readonly path: string;
}

/** On the Deployments of a service that tells the path of a request elsewhere than at `/path`. */
const ELSEWHERE = 'mesh.platform/path';
const PATH = '/path';

/** A platform from its environment. */
export const platformOf = ({ environment, rendered }: Pick<LoadedEnvironment, 'environment' | 'rendered'>): Platform => {
  const first = environment.mesh.gateway?.to;
  const said = rendered.objects
    .filter(({ kind, metadata }) => kind === 'Deployment' && metadata?.labels?.app === first)
    .map(({ metadata }) => metadata?.annotations?.[ELSEWHERE]);
  return { environment, path: said.find((path) => path !== undefined) ?? PATH };
};
