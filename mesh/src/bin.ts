#!/usr/bin/env node
import { join, resolve } from 'node:path';
import { Cluster, messageOf, PlatformError, silent, UsageError } from '@mesh-platform/kubernetes';
import { Command, CommanderError } from 'commander';
import type { Place } from './commands/place.ts';
import { addHelp, addMeshCommands, example, formatHelp } from './commands/program.ts';
import { loadEnvironment } from './load/load-environment.ts';

interface Options {
  readonly environment: readonly string[];
  readonly topology: string;
  readonly out: string;
  readonly kubeconfig?: string;
  readonly json: boolean;
}

const USAGE = 2;
const DEFAULT_ENVIRONMENT: readonly string[] = ['environments/local.ts'];

/** The mesh commands for any repository: options name the files. */
function commandLine(): Command {
  const program = new Command('mesh')
    .description('Istio policies from a topology: typed, checked, planned and applied')
    .option(
      '--environment <file>',
      'file that exports an environment; repeat it for render; the other commands take the first (default: environments/local.ts)',
      (file: string, given: readonly string[]) => (given === DEFAULT_ENVIRONMENT ? [file] : [...given, file]),
      DEFAULT_ENVIRONMENT,
    )
    .option('--topology <file>', 'file that split --save writes', 'platform.mesh.ts')
    .option('--out <folder>', 'folder in which render writes one for each environment', 'deploy')
    .option('--kubeconfig <file>', 'kubeconfig of the cluster (default: KUBECONFIG)')
    .option('--json', 'print JSON, for a program', false)
    .addHelpText('after', example('check'))
    .exitOverride();
  addMeshCommands(program, () => placeOf(program.opts<Options>()));
  addHelp(program);
  formatHelp(program);
  return program;
}

function placeOf({ environment, topology, out, kubeconfig, json }: Options): Place {
  const [first = ''] = environment;
  return {
    json,
    progress: silent,
    topologyFile: resolve(topology),
    environment: () => loadEnvironment(resolve(first)),
    rendered: async () => {
      const all = await Promise.all(environment.map((file) => loadEnvironment(resolve(file))));
      return all.map((loaded) => ({ loaded, folder: resolve(join(out, loaded.environment.name)) }));
    },
    cluster: async () => {
      const file = kubeconfig ?? process.env.KUBECONFIG;
      if (!file)
        throw new PlatformError(
          'no cluster is selected: --kubeconfig and KUBECONFIG are not set',
          'pass --kubeconfig FILE, or set KUBECONFIG',
        );
      return Cluster.fromKubeconfig(file);
    },
    prepared: async (objects) => objects,
  };
}

try {
  await commandLine().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE;
  else {
    process.stderr.write(`mesh: ${messageOf(error)}\n${error instanceof PlatformError ? `  → ${error.hint}\n` : ''}`);
    process.exitCode = error instanceof UsageError ? USAGE : 1;
  }
}
