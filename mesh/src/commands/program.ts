import { createInterface } from 'node:readline/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ExplainRequest } from '../explain/explanation.ts';
import type { ReportFormat } from './check.ts';
import type { CommandResult, Place } from './place.ts';
import type { RolloutOptions } from './rollout.ts';

const FORMATS: readonly ReportFormat[] = ['text', 'json', 'sarif', 'github'];

/** Adds the commands of the mesh to a command line. Each is loaded when it is called. */
export function addMeshCommands(program: Command, place: () => Place | Promise<Place>): void {
  program
    .command('check')
    .description('check the topology, or YAML files, folders or - from elsewhere, against every rule')
    .argument('[files...]')
    .addOption(
      new Option('--format <format>', 'of the report: text, json, sarif (for code scanning) or github (annotations)').choices(FORMATS),
    )
    .action(async (files: string[], { format }: { format?: ReportFormat }) =>
      print(await (await import('./check.ts')).run(await place(), files, format)),
    );
  program
    .command('render')
    .description('render the topology as YAML for each environment')
    .action(async () => print(await (await import('./render.ts')).run(await place())));
  program
    .command('plan')
    .description('show the changes of apply, from the API server’s dry run')
    .option('--detailed-exitcode', 'exit with 3 where there are differences', false)
    .action(async (options: { detailedExitcode: boolean }) =>
      print(await (await import('./plan.ts')).run(await place(), { ...options, colours: colours() })),
    );
  program
    .command('apply')
    .description('apply the topology to the cluster, and wait until every proxy is in sync')
    .option('--yes', 'delete objects that are no longer declared, and revert manual changes, without asking', false)
    .option('--policies', 'apply only the policies that Istio reads: another tool, such as skaffold, deploys the workloads', false)
    .action(async (options: { yes: boolean; policies: boolean }) =>
      print(
        await (await import('./apply.ts')).run(await place(), {
          ...options,
          colours: colours(),
          ...(asksPeople() ? { ask } : {}),
        }),
      ),
    );
  program
    .command('split')
    .description('change the weights of the running mesh: split preview v1=80 v2=20')
    .argument('<service>')
    .argument('<weights...>', 'whole percents by version, which add up to 100')
    .option('--save', 'write them into the file of the topology too', false)
    .action(async (service: string, weights: string[], options: { save: boolean }) =>
      print(await (await import('./split.ts')).run(await place(), service, weights, options)),
    );
  program
    .command('rollout')
    .description('shift traffic to a version step by step, and promote it or roll it back by evidence: rollout preview v2')
    .argument('<service>')
    .argument('<version>', 'the canary; it is compared with the version that has the most weight')
    .option('--steps <percents>', 'weights of the canary before the promotion', '5,10,25,50')
    .option('--within <duration>', 'ends undecided after this time', '30m')
    .option('--max-ratio <ratio>', 'odds of a bad request, relative to the baseline, up to which the canary counts as no worse', '1.25')
    .option('--floor <percent>', 'rate of bad requests below which the canary counts as safe', '1%')
    .option('--resume', 'go on with a rollout that was interrupted, with its evidence', false)
    .option('--abort', 'end a rollout, and set the weights from before it', false)
    .option('--save', 'write the weights of a promoted version into the file of the topology', false)
    .action(async (service: string, version: string, options: RolloutOptions) =>
      print(
        await (await import('./rollout.ts')).run(await place(), service, version, options, (line) => process.stdout.write(`${line}\n`)),
      ),
    );
  addExplain(program, place);
  program
    .command('import')
    .description('convert Istio objects from files, folders or - into a topology, and report the fields that it cannot express')
    .argument('<files...>')
    .action(async (files: string[]) => print(await (await import('./import.ts')).run(await place(), files)));
}

interface ExplainOptions extends Omit<ExplainRequest, 'headers'> {
  readonly header: Readonly<Record<string, string>>;
}

function addExplain(program: Command, place: () => Place | Promise<Place>): void {
  program
    .command('explain')
    .description('explain how the mesh handles a request: policy check, policy, route, versions, timeout and retries')
    .requiredOption('--from <service>', 'caller; gateway for a request from outside')
    .requiredOption('--to <service>', 'callee')
    .option('--method <method>', 'GET, or documents.v1.Documents/Get')
    .option('--path <path>', 'of an HTTP request')
    .option('--port <number>', 'of the callee', portNumber)
    .option('--host <name>', 'that a browser asks the gateway for')
    .option('--header <name=value>', 'a header of the request; can be given again', addHeader, {})
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

/** https://no-color.org */
const colours = (): boolean => Boolean(process.stdout.isTTY) && !process.env.NO_COLOR;
const asksPeople = (): boolean => Boolean(process.stdin.isTTY && process.stdout.isTTY);

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
