import type { LiveObject } from '@mesh-platform/kubernetes';
import { weightsIn } from '@mesh-platform/mesh';
import { platformOf } from '@mesh-platform/proofs';
import type { RunningTarget } from '@mesh-platform/targets';
import { platformIn } from './topology.ts';

/** Environment variables that give the load tests the topology and the running target. */
export async function loadSettings(target: RunningTarget): Promise<Readonly<Record<string, string>>> {
  const platform = await platformIn(target);
  const { mesh } = platform.environment;
  const services = [...mesh.services.values()].filter(({ protocol }) => protocol !== 'tcp');
  const routes = await target.cluster.list<LiveObject>('networking.istio.io/v1', 'VirtualService', mesh.namespace);
  const running = services.flatMap(({ name }) => {
    const found = routes.map((route) => weightsIn(route, `${name}.${mesh.namespace}.svc.cluster.local`)).find(Boolean);
    return found ? [inWords(name, found)] : [];
  });
  return {
    BASE_URL: target.gatewayUrl,
    ...(mesh.gateway && { ENTRY: mesh.gateway.to }),
    PATH_QUESTION: platformOf(platform).path,
    WEIGHTS: services
      .map(({ name, weights }) =>
        inWords(
          name,
          weights.map(({ version, percent }) => [version, percent]),
        ),
      )
      .join(';'),
    RUNNING_WEIGHTS: running.join(';'),
  };
}

/** `preview=v1:80,v2:20` */
const inWords = (service: string, weights: Iterable<readonly [string, number]>): string =>
  `${service}=${[...weights].map(([version, percent]) => `${version}:${percent}`).join(',')}`;
