import { join } from 'node:path';
import { loadEnvironment, type Place } from '@mesh-platform/mesh';
import { platformOf } from '@mesh-platform/proofs';
import { checkout } from '@mesh-platform/targets';
import { type CommandContext, requireRunning } from '../commands/context.ts';
import { withRunningImages } from './running-images.ts';
import { environmentFile, environmentNames, platformIn, renderedFolder } from './topology.ts';

/** Where the mesh's commands work here: this platform's topology, and the target that runs. */
export function placeOf(context: CommandContext): Place {
  return {
    json: context.json,
    progress: context.progress,
    topologyFile: join(checkout, 'platform.mesh.ts'),
    probeUrl: async () => {
      const { gatewayUrl } = await requireRunning(context);
      return gatewayUrl && `${gatewayUrl}${platformOf(await platformIn({ environment: await context.target.environment() })).path}`;
    },
    environment: async () => platformIn({ environment: await context.target.environment() }),
    rendered: async () =>
      Promise.all(
        (await environmentNames()).map(async (name) => ({
          loaded: await loadEnvironment(environmentFile(name)),
          folder: renderedFolder(name),
        })),
      ),
    cluster: async () => (await requireRunning(context)).cluster,
    prepared: withRunningImages,
  };
}
