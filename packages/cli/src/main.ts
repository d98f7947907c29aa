import { messageOf, PlatformError, silent, timeoutFactor } from '@mesh-platform/kubernetes';
import { addMeshCommands } from '@mesh-platform/mesh/commands';
import { Command, CommanderError } from 'commander';
import { type CommandContext, optionsOf, type TargetOptions, targetNamed } from './commands/context.ts';
import type { LogsOptions } from './commands/logs.command.ts';
import type { SbomOptions } from './commands/sbom.command.ts';
import type { InitOptions, NewServiceOptions } from './commands/template.command.ts';
import { meshPlace } from './services/mesh-place.ts';
import { TerminalProgress } from './terminal/progress.ts';
import { UsageError } from './usage-error.ts';

interface GlobalOptions extends TargetOptions {
  readonly json: boolean;
}

const USAGE = 2;

/** Every command and option. Commands are loaded when they are called: `./platform url` needs none of the modules of `up`. */
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
  const command = (name: string, description: string) => program.command(name).description(description);
  const context = (): Promise<CommandContext> => contextOf(program.opts<GlobalOptions>());

  command('up', 'bring everything up, to the first answer through the mesh')
    .option('--refresh', 'rebuild the node and the base image from current Debian packages first (embedded)', false)
    .action(async (options: { refresh: boolean }) => (await import('./commands/up.command.ts')).up(await context(), options));
  command('status', 'node, control plane, each service and version, its sidecar').action(async () =>
    (await import('./commands/status.command.ts')).status(await context()),
  );
  command('url', 'print where the gateway answers').action(async () => (await import('./commands/url.command.ts')).url(await context()));
  command('kubeconfig', 'print the path of the kubeconfig').action(async () =>
    (await import('./commands/url.command.ts')).kubeconfig(await context()),
  );
  addMeshCommands(command('mesh', 'policies: check, render, plan, apply, split, explain, import'), async () => meshPlace(await context()));
  command('logs', "the services' lines side by side")
    .argument('[service]', 'one service; gateway and istiod too')
    .option('--failures', 'failed and retried requests, from the logs of the proxies and the services, explained', false)
    .option('--since <span>', 'how far back: 30s, 5m, 2h or 1d', '15m')
    .option('--follow', 'go on with what comes', false)
    .action(async (service: string | undefined, options: LogsOptions) =>
      (await import('./commands/logs.command.ts')).logs(service, options, await context()),
    );
  command('tour', 'show what the platform promises, each check with its evidence')
    .option('--only <name>', 'one check')
    .action(async (options: { only?: string }) => (await import('./commands/tour.command.ts')).tour(await context(), options));
  command('doctor', 'what this machine has and what is missing').action(async () =>
    (await import('./commands/doctor.command.ts')).doctor(await context()),
  );
  command('down', 'stop the target; documents are kept')
    .option('--purge', 'delete its state and documents too', false)
    .action(async (options: { purge: boolean }) => (await import('./commands/down.command.ts')).down(await context(), options));
  command('test', 'run the tests; all but guide and endurance with no argument')
    .argument('[suites...]', 'unit, integration, fuzz, e2e, load, infra, guide, endurance')
    .action(async (suites: string[]) => (await import('./commands/test.command.ts')).test(suites, await context()));
  command('bench', 'measure on a target of its own')
    .argument('<what>', 'up: where its seconds go; dev: what a save takes; overhead: what the mesh and NestJS cost')
    .option('--cold', 'of up, from empty caches too: fetches and builds everything', false)
    .action(async (what: string, options: { cold: boolean }) =>
      (await import('./commands/bench.command.ts')).bench(what, options, await context()),
    );
  command('dev', 'on each save, compile the sources, put them into the running pods and check them; show the logs')
    .option('--images', 'build and roll out an image at each save instead', false)
    .action(async (options: { images: boolean }) => (await import('./commands/dev.command.ts')).dev(options, await context()));
  command('image', 'build the image of a version, as skaffold.yaml asks for it')
    .argument('<version>', 'preview-v2')
    .option('--with <builder>', 'docker; or buildah, for the embedded target', 'docker')
    .action(async (version: string, options: { with: string }) =>
      (await import('./commands/image.command.ts')).image(version, options, (await context()).progress),
    );
  command('sbom', 'write a CycloneDX bill of materials of each image that is built here')
    .argument('[images...]', 'preview-v1, postgres, node-root …; all of them without one')
    .option('--out <folder>', 'where to write NAME.cdx.json', 'sbom')
    .addHelpText('after', '\nExample:\n  ./platform sbom preview-v1 --out /tmp/sbom')
    .action(async (images: string[], options: SbomOptions) =>
      (await import('./commands/sbom.command.ts')).sbom(images, options, await context()),
    );
  addTemplateCommands(command, context);
  command('tool', 'run a pinned tool against the running target; it is built at its first use')
    .argument('<name>', 'kubectl, istioctl, k6, kind, skaffold, tofu, tflint or actionlint')
    .argument('[arguments...]', 'after --, what the tool is called with')
    .action(async (name: string, args: string[]) => (await import('./commands/tool.command.ts')).runTool(name, args, await context()));
  return program;
}

const template = () => import('./commands/template.command.ts');
const names = (text: string, before: readonly string[]): readonly string[] => [...before, ...text.split(',').filter(Boolean)];

/** Commands that add and remove services and versions. */
function addTemplateCommands(command: (name: string, description: string) => Command, context: () => Promise<CommandContext>): void {
  command('init', 'make the checkout your own: another name of the platform, its namespace and its packages')
    .argument('<name>', 'of the platform')
    .option('--scope <scope>', 'of the packages (default: the name)')
    .option('--namespace <namespace>', 'where the platform runs in each cluster (default: the name)')
    .option('--without-samples', 'without preview, web and core, and what is about documents', false)
    .action(async (name: string, options: InitOptions) => (await template()).init(name, options, await context()));
  const added = command('new', 'a service or a version that there was not');
  added
    .command('service')
    .description("a service of the house's shape: code, tests, Dockerfile, manifests, its place in the mesh")
    .argument('<name>')
    .option('--calls <services>', 'whom it calls, with commas between them', names, [])
    .option('--called-by <services>', 'who calls it', names, [])
    .option('--protocol <protocol>', 'http or grpc', 'http')
    .option('--postgres', 'with a database of its own in the one service that keeps data, and code that uses it')
    .action(async (name: string, options: NewServiceOptions) => (await template()).newService(name, options, await context()));
  added
    .command('version')
    .description('another version of a service, without a weight')
    .arguments('<service> <version>')
    .action(async (service: string, version: string) => (await template()).newVersion(service, version, await context()));
  command('retire', 'a version that gets no requests')
    .command('version')
    .description('remove a version that gets no requests')
    .arguments('<service> <version>')
    .action(async (service: string, version: string) => (await template()).retireVersion(service, version, await context()));
  command('remove', 'remove a service without callers')
    .command('service')
    .description('remove a service without callers and all of its files')
    .argument('<name>')
    .action(async (name: string) => (await template()).removeService(name, await context()));
  command(
    'generate',
    'recreate what follows from the topology, the environments and the packages: manifests, lock file, skaffold.yaml',
  ).action(async () => (await template()).generate(await context()));
  command('connect', 'let a service call another one')
    .arguments('<from> <to>')
    .action(async (from: string, to: string) => (await template()).connect(from, to, await context()));
  command('disconnect', 'end that')
    .arguments('<from> <to>')
    .action(async (from: string, to: string) => (await template()).disconnect(from, to, await context()));
}

async function contextOf({ json, ...options }: GlobalOptions): Promise<CommandContext> {
  timeoutFactor(); // an invalid one fails before anything starts
  const { on, instance } = options;
  const named = [...(on && on !== 'embedded' ? [`--on ${on}`] : []), ...(instance === 'default' ? [] : [`--instance ${instance}`])];
  const target = await targetNamed(options);
  return {
    target,
    progress: json ? silent : new TerminalProgress(),
    json,
    suffix: named.map((option) => ` ${option}`).join(''),
    options: optionsOf(target, options),
  };
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
