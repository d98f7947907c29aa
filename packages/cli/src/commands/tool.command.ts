import { example } from '@mesh-platform/mesh/commands';
import type { ToolName } from '@mesh-platform/targets';
import { Argument } from 'commander';
import type { AddCommand } from './context.ts';

const TOOLS: Readonly<Record<ToolName, true>> = {
  kubectl: true,
  istioctl: true,
  k6: true,
  kind: true,
  skaffold: true,
  tofu: true,
  tflint: true,
  actionlint: true,
};

export const addTool: AddCommand = (program, context) => {
  program
    .command('tool')
    .description('Run a pinned tool against the running target; its first use builds it')
    .addArgument(new Argument('<tool>', 'the tool').choices(Object.keys(TOOLS)))
    .argument('[arguments...]', 'arguments of the tool, after --')
    .addHelpText('after', example('kubectl -- get pods --all-namespaces'))
    .action(async (name: ToolName, args: string[]) => (await import('../services/run-tool.ts')).runTool(name, args, await context()));
};
