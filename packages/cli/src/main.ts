import { messageOf, PlatformError, UsageError } from '@mesh-platform/kubernetes';
import { Command, CommanderError } from 'commander';
import { addBench } from './commands/bench.command.ts';
import { addConnect } from './commands/connect.command.ts';
import { type AddCommand, contextOf, type GlobalOptions } from './commands/context.ts';
import { addDev } from './commands/dev.command.ts';
import { addDisconnect } from './commands/disconnect.command.ts';
import { addDoctor } from './commands/doctor.command.ts';
import { addDown } from './commands/down.command.ts';
import { addGenerate } from './commands/generate.command.ts';
import { addImage } from './commands/image.command.ts';
import { addInit } from './commands/init.command.ts';
import { addKubeconfig } from './commands/kubeconfig.command.ts';
import { addLogs } from './commands/logs.command.ts';
import { addMesh } from './commands/mesh.command.ts';
import { addNew } from './commands/new.command.ts';
import { addRemove } from './commands/remove.command.ts';
import { addRetire } from './commands/retire.command.ts';
import { addSbom } from './commands/sbom.command.ts';
import { addStatus } from './commands/status.command.ts';
import { addTool } from './commands/tool.command.ts';
import { addTour } from './commands/tour.command.ts';
import { addUp } from './commands/up.command.ts';
import { addUrl } from './commands/url.command.ts';
import { addView } from './commands/view.command.ts';

const USAGE = 2;

/** `test` is added here: its file imports `up`, `down` and what each suite needs. */
const addTest: AddCommand = (program, context) => {
  program
    .command('test')
    .description('run the tests; all but guide and endurance with no argument')
    .argument('[suites...]', 'unit, integration, fuzz, e2e, load, infra, guide, endurance')
    .action(async (suites: string[]) => (await import('./commands/test.command.ts')).test(suites, await context()));
};

const added: readonly AddCommand[] = [
  ...[
    addUp,
    addStatus,
    addUrl,
    addKubeconfig,
    addMesh,
    addLogs,
    addView,
    addTour,
    addDoctor,
    addDown,
    addTest,
    addBench,
    addDev,
    addImage,
    addSbom,
  ],
  ...[addInit, addNew, addRetire, addRemove, addGenerate, addConnect, addDisconnect, addTool],
];

/** Every command and option. */
export function commandLine(): Command {
  const program = new Command('platform')
    .description('A reference platform for microservices on a service mesh')
    .option(
      '--on <target>',
      'where to run: embedded, kind, or context:NAME for a context of your kubeconfig (default: what runs, else what can)',
    )
    .option('--environment <name>', 'of environments/, where the cluster does not name its own: local, eks')
    .option('--instance <name>', 'a target of its own name, ports and state', 'default')
    .option('--json', 'print for a program', false)
    .showHelpAfterError('(./platform --help lists the commands)')
    .exitOverride();
  for (const add of added) add(program, () => contextOf(program.opts<GlobalOptions>()));
  return program;
}

async function main(): Promise<void> {
  try {
    await commandLine().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE;
    else fail(error);
  }
}

function fail(error: unknown): void {
  process.stderr.write(`\nplatform: ${messageOf(error)}\n`);
  if (error instanceof PlatformError) process.stderr.write(`  → ${error.hint}\n`);
  else if (process.env.PLATFORM_DEBUG) console.error(error);
  else process.stderr.write('  → this is not a mistake of yours: run again with PLATFORM_DEBUG=1 and report what it prints\n');
  process.exit(error instanceof UsageError ? USAGE : 1); // work that the error made useless may go on, and would keep the process
}

// What `run` starts has a group of its own, which Ctrl-C does not reach: it is ended on 'exit', and a bare signal skips that.
function endOnSignals(): void {
  const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
  for (const [signal, number] of Object.entries(signals))
    process.on(signal, () => process.listenerCount(signal) === 1 && process.exit(128 + number)); // a command may decide otherwise
}

if (import.meta.main) {
  endOnSignals();
  await main();
}
