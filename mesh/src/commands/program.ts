import { createInterface } from 'node:readline/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ExplainRequest } from '../explain/explanation.ts';
import type { CheckOptions, ReportFormat } from './check.ts';
import { example } from './help.ts';
import type { CommandResult, Place } from './place.ts';
import type { RolloutOptions } from './rollout.ts';

export { addHelp, described, example, formatHelp } from './help.ts';

const FORMATS: readonly ReportFormat[] = ['text', 'json', 'sarif', 'github'];

/** Adds the commands of the mesh to a command line. Each is loaded when it is called. */
export function addMeshCommands(program: Command, place: () => Place | Promise<Place>): void {
  program
    .command('check')
    .description('Check the topology, or the YAML of others, against every rule')
    .argument('[files...]', 'YAML files or folders, - for standard input (default: the topology)')
    .addOption(
      new Option('--format <format>', 'form of the report: sarif for code scanning, github for annotations (default: text)').choices(
        FORMATS,
      ),
    )
    .option('--namespace <namespace>', 'namespace of objects that name none, as in kubectl (default: none)')
    .addHelpText('after', example('deploy/local'))
    .action(async (files: string[], options: CheckOptions) => print(await (await import('./check.ts')).run(await place(), files, options)));
  program
    .command('render')
    .description('Render the topology as YAML for each environment')
    .addHelpText('after', example())
    .action(async () => print(await (await import('./render.ts')).run(await place())));
  program
    .command('plan')
    .description('Show what apply would create, update and delete, from the API server’s dry run')
    .option('--detailed-exitcode', 'exit with 3 where there are differences', false)
    .addHelpText('after', example('--detailed-exitcode'))
    .action(async (options: { detailedExitcode: boolean }) => print(await (await import('./plan.ts')).run(await place(), options)));
  program
    .command('apply')
    .description('Apply the topology to the cluster, and wait until every proxy is in sync')
    .option('-y, --yes', 'delete objects that are no longer declared, and revert manual changes, without asking', false)
    .option('--policies', 'apply only the policies that Istio reads: another tool, such as skaffold, deploys the workloads', false)
    .addHelpText('after', example('--yes'))
    .action(async (options: { yes: boolean; policies: boolean }) =>
      print(await (await import('./apply.ts')).run(await place(), { ...options, ...(asksPeople() ? { ask } : {}) })),
    );
  program
    .command('split')
    .description('Change the weights of the running mesh')
    .argument('<service>', 'a service of the topology')
    .argument('<weights...>', 'VERSION=PERCENT for each version: whole percents that add up to 100')
    .option('--save', 'write them into the file of the topology too', false)
    .addHelpText('after', example('preview v1=80 v2=20'))
    .action(async (service: string, weights: string[], options: { save: boolean }) =>
      print(await (await import('./split.ts')).run(await place(), service, weights, options)),
    );
  addRollout(program, place);
  addExplain(program, place);
  program
    .command('import')
    .description('Convert Istio objects into a topology, and report the fields that it cannot express')
    .argument('<files...>', 'YAML files or folders, - for standard input')
    .addHelpText('after', example('deploy/local'))
    .action(async (files: string[]) => print(await (await import('./import.ts')).run(await place(), files)));
}

function addRollout(program: Command, place: () => Place | Promise<Place>): void {
  program
    .command('rollout')
    .description('Shift traffic to a version step by step, and promote it or roll it back by evidence')
    .argument('<service>', 'a service of the topology')
    .argument('<version>', 'the canary; it is compared with the version that has the most weight')
    .option('--steps <percents>', 'weights of the canary before the promotion: rising whole percents from 1 to 99', '5,10,25,50')
    .option('--within <duration>', 'end undecided after this time: 10s to 24h', '30m')
    .option('--max-ratio <ratio>', 'odds of a bad request relative to the baseline, 1 to 10; up to it the canary is no worse', '1.25')
    .option('--floor <percent>', 'rate of bad requests, 0.01% to 50%; below it the canary is safe', '1%')
    .option('--probe <rate>', 'send GETs through the gateway while it runs, where there is no traffic: 1/s to 50/s (default: none)')
    .option('--resume', 'continue an interrupted rollout with its steps, limits and evidence', false)
    .option('--abort', 'end a rollout, and set the weights from before it', false)
    .option('--save', 'write the weights of a promoted version into the file of the topology', false)
    .addHelpText('after', example('preview v2 --steps 10,50 --within 1h'))
    .action(async (service: string, version: string, options: RolloutOptions) =>
      print(
        await (await import('./rollout.ts')).run(await place(), service, version, options, (line) => process.stdout.write(`${line}\n`)),
      ),
    );
}

interface ExplainOptions extends Omit<ExplainRequest, 'headers'> {
  readonly header: Readonly<Record<string, string>>;
}

function addExplain(program: Command, place: () => Place | Promise<Place>): void {
  program
    .command('explain')
    .description('Explain how the mesh handles a request: policy check, route, versions, timeout and retries')
    .requiredOption('--from <service>', 'caller; gateway for a request from outside')
    .requiredOption('--to <service>', 'callee')
    .option('--method <method>', 'method of HTTP or gRPC, such as documents.v1.Documents/Get (default: GET)')
    .option('--path <path>', 'path of an HTTP request (default: /)')
    .option('--port <number>', 'port of the callee, 1 to 65535 (default: the first of its Service)', portNumber)
    .option('--host <name>', 'host name that a browser asks the gateway for (default: the first of the gateway)')
    .option('--header <name=value>', 'header of the request; repeat it for more (default: none)', addHeader, {})
    .addHelpText('after', example('--from web --to core --method path.v1.Path/Get'))
    .action(async ({ header: headers, ...request }: ExplainOptions) =>
      print(await (await import('./explain.ts')).run(await place(), { ...request, headers })),
    );
}

function portNumber(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new InvalidArgumentError('write a number from 1 to 65535');
  return port;
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-5.1 */
const HEADER = /^([-!#$%&'*+.^_`|~\w]+)=(.*)$/s;

function addHeader(text: string, known: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name, value = ''] = HEADER.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('write name=value, such as cookie=version=v2');
  return { ...known, [name]: value };
}

function print({ output, exitCode }: CommandResult): void {
  process.stdout.write(output);
  if (exitCode !== 0) process.exitCode = exitCode;
}

const asksPeople = (): boolean => Boolean(process.stdin.isTTY && process.stdout.isTTY);

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
