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
    .action(async (name: string, options: NewServiceOptions) => {
      const { newService } = await import('../template/changes.ts');
      const given = await context();
      printChange(given, await newService(name, options, given.progress));
    });
  added
    .command('version')
    .description('another version of a service, without a weight')
    .arguments('<service> <version>')
    .action(async (service: string, version: string) => {
      const { newVersion } = await import('../template/changes.ts');
      const given = await context();
      printChange(given, await newVersion(service, version, given.progress));
    });
};
