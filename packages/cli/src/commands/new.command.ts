import { example } from '@mesh-platform/mesh/commands';
import { Option } from 'commander';
import type { NewServiceOptions } from '../template/changes.ts';
import type { AddCommand } from './context.ts';
import { printChange } from './print-change.ts';

const names = (text: string, before: readonly string[]): readonly string[] => [...before, ...text.split(',').filter(Boolean)];

export const addNew: AddCommand = (program, context) => {
  const added = program.command('new').description('Add a service, or a version of one').addHelpText('after', example('version web v2'));
  added
    .command('service')
    .description('Add a service: code, tests, Dockerfile, manifests, its place in the mesh')
    .argument('<name>', 'name of the service: lower-case letters, digits and dashes')
    .option('--calls <services>', 'services that it calls, with commas between them (default: none)', names, [])
    .option('--called-by <services>', 'services that call it, with commas between them (default: none)', names, [])
    .addOption(new Option('--protocol <protocol>', 'what it serves').choices(['http', 'grpc']).default('http'))
    .option('--postgres', 'add a database of its own in the service postgres, and code that uses it')
    .addHelpText('after', example('cart --calls core --called-by preview'))
    .action((name: string, options: NewServiceOptions) =>
      printChange(context, async ({ progress }) => (await import('../template/changes.ts')).newService(name, options, progress)),
    );
  added
    .command('version')
    .description('Add another version of a service, without a weight')
    .argument('<service>', 'a service of the topology')
    .argument('<version>', 'the next one, such as v2')
    .addHelpText('after', example('web v2'))
    .action((service: string, version: string) =>
      printChange(context, async ({ progress }) => (await import('../template/changes.ts')).newVersion(service, version, progress)),
    );
};
