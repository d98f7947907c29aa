import type { NewServiceOptions } from '../template/changes.ts';
import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

const names = (text: string, before: readonly string[]): readonly string[] => [...before, ...text.split(',').filter(Boolean)];

export const addNew: AddCommand = (program, context) => {
  const added = program.command('new').description('a service or a version that there was not');
  added
    .command('service')
    .description("a service of the house's shape: code, tests, Dockerfile, manifests, its place in the mesh")
    .argument('<name>')
    .option('--calls <services>', 'whom it calls, with commas between them', names, [])
    .option('--called-by <services>', 'who calls it', names, [])
    .option('--protocol <protocol>', 'http or grpc', 'http')
    .option('--postgres', 'with a database of its own in the one service that keeps data, and code that uses it')
    .action((name: string, options: NewServiceOptions) =>
      printChange(context, async ({ progress }) => (await import('../template/changes.ts')).newService(name, options, progress)),
    );
  added
    .command('version')
    .description('another version of a service, without a weight')
    .arguments('<service> <version>')
    .action((service: string, version: string) =>
      printChange(context, async ({ progress }) => (await import('../template/changes.ts')).newVersion(service, version, progress)),
    );
};
