import { messageOf, PlatformError, UsageError } from '@mesh-platform/kubernetes/platform-error';
import { addHelp, example, formatHelp } from '@mesh-platform/mesh/commands';
import { pins } from '@mesh-platform/targets/pins';
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addBench } from './commands/bench.command.ts';
import { addCompletion } from './commands/completion.command.ts';
import { addConnect } from './commands/connect.command.ts';
import type { AddCommand, GlobalOptions } from './commands/context.ts';
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
import { addTest } from './commands/test.command.ts';
import { addTool } from './commands/tool.command.ts';
import { addTour } from './commands/tour.command.ts';
import { addUp } from './commands/up.command.ts';
import { addUrl } from './commands/url.command.ts';
import { addView } from './commands/view.command.ts';

const USAGE = 2;
const VERSIONS = `platform ${manifest.version}\nKubernetes ${pins.kubernetes}\nIstio ${pins.istio}\nNode.js ${process.versions.node}`;

/** The groups of the help, in their order, with the commands of each. */
const GROUPS: Readonly<Record<string, readonly AddCommand[]>> = {
  Start: [addUp, addStatus, addUrl, addKubeconfig, addDoctor, addCompletion, addDown, addHelp],
  Develop: [addDev, addLogs, addImage, addTool],
  Traffic: [addMesh, addView],
  Verify: [addTour, addTest, addBench, addSbom],
  Scaffold: [addInit, addNew, addConnect, addDisconnect, addRetire, addRemove, addGenerate],
};

/** Every command and option. */
export function commandLine(): Command {
  const program = new Command('./platform')
    .description('A reference platform for microservices on Istio')
    .option('--on <target>', 'embedded, kind, or context:NAME of your kubeconfig (default: the one that runs, else the first that can)')
    .option('--environment <name>', 'settings of environments/NAME.ts, for context:NAME (default: those of the cluster)')
    .option('-n, --instance <name>', 'a target with its own name, ports and state: 1 to 20 of a-z, 0-9 and -', 'default')
    .option('--json', 'print JSON, for a program', false)
    .version(VERSIONS, '-V, --version', 'print the versions of the platform, Kubernetes, Istio and Node.js')
    .addHelpText('after', example('up'))
    .exitOverride();
  const context = async () => (await import('./commands/open-context.ts')).openContext(program.opts<GlobalOptions>());
  for (const [group, added] of Object.entries(GROUPS)) {
    program.commandsGroup(`${group}:`);
    for (const add of added) add(program, context);
  }
  formatHelp(program);
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
