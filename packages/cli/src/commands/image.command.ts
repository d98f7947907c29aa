import { example } from '@mesh-platform/mesh/commands';
import { Option } from 'commander';
import type { ImageOptions } from '../services/build-image.ts';
import type { AddCommand } from './context.ts';

export const addImage: AddCommand = (program, context) => {
  program
    .command('image')
    .description('Build the image of a version, as skaffold.yaml calls it')
    .argument('<version>', 'service and version, such as preview-v2')
    .addOption(
      new Option('--with <builder>', 'builder; buildah is for the embedded target').choices(['docker', 'buildah']).default('docker'),
    )
    .addHelpText('after', example('preview-v2 --with buildah'))
    .action(async (version: string, options: ImageOptions) =>
      (await import('../services/build-image.ts')).buildImage(version, options, (await context()).progress),
    );
};
