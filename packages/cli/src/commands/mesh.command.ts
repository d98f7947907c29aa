import { join } from 'node:path';
import { loadEnvironment, type Place } from '@mesh-platform/mesh';
import { addMeshCommands } from '@mesh-platform/mesh/commands';
import { checkout } from '@mesh-platform/targets';
import { withRunningImages } from '../services/running-images.ts';
import { environmentFile, environmentNames, platformIn, renderedFolder } from '../services/topology.ts';
import { type AddCommand, type CommandContext, requireRunning } from './context.ts';

export const addMesh: AddCommand = (program, context) => {
  const mesh = program.command('mesh').description('policies: check, render, plan, apply, split, explain, import');
  addMeshCommands(mesh, async () => placeOf(await context()));
};

/** Where the mesh's commands work here: this platform's topology, and the target that runs. */
function placeOf(context: CommandContext): Place {
  return {
    json: context.json,
    progress: context.progress,
    topologyFile: join(checkout, 'platform.mesh.ts'),
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
