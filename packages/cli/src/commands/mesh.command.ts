import { addMeshCommands, example } from '@mesh-platform/mesh/commands';
import type { AddCommand } from './context.ts';

export const addMesh: AddCommand = (program, context) => {
  const mesh = program
    .command('mesh')
    .description('Check, plan, apply, split, roll out and explain the policies')
    .addHelpText('after', example('plan'));
  addMeshCommands(mesh, async () => (await import('../services/place.ts')).placeOf(await context()));
};
