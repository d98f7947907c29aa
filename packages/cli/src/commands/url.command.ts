import { example } from '@mesh-platform/mesh/commands';
import { type AddCommand, print, requireRunning } from './context.ts';

export const addUrl: AddCommand = (program, context) => {
  program
    .command('url')
    .description('Print the URL of the gateway')
    .addHelpText('after', example())
    .action(async () => {
      const given = await context();
      const { wayIn } = await requireRunning(given);
      print(given, wayIn, `${wayIn.url}\n`);
      if (wayIn.first && !given.json) process.stderr.write(`after: ${wayIn.first}\n`);
    });
};
