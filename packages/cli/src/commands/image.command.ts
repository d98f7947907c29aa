import type { ImageOptions } from '../services/build-image.ts';
import type { AddCommand } from './context.ts';

export const addImage: AddCommand = (program, context) => {
  program
    .command('image')
    .description('build the image of a version, as skaffold.yaml asks for it')
    .argument('<version>', 'preview-v2')
    .option('--with <builder>', 'docker; or buildah, for the embedded target', 'docker')
    .action(async (version: string, options: ImageOptions) =>
      (await import('../services/build-image.ts')).buildImage(version, options, (await context()).progress),
    );
};
