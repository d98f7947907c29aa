import { spawn } from 'node:child_process';
import { UsageError } from '@mesh-platform/kubernetes';
import { type RunningTarget, type ToolName, tool, toolNames } from '@mesh-platform/targets';
import type { AddCommand, CommandContext } from './context.ts';

export const addTool: AddCommand = (program, context) => {
  program
    .command('tool')
    .description('run a pinned tool against the running target; it is built at its first use')
    .argument('<name>', 'kubectl, istioctl, k6, kind, skaffold, tofu, tflint or actionlint')
    .argument('[arguments...]', 'after --, what the tool is called with')
    .action(async (name: string, args: string[]) => runTool(name, args, await context()));
};

/** Runs a pinned tool in the foreground, with the kubeconfig of the running target if there is one, and exits with its status. */
async function runTool(name: string, args: readonly string[], { target, progress }: CommandContext): Promise<void> {
  const known = toolNames.find((candidate): candidate is ToolName => candidate === name);
  if (!known) throw new UsageError(`there is no tool '${name}'`, `name one of: ${toolNames.join(', ')}`);
  const program = await tool(known, progress);
  const running = await target.find();
  const env = { ...(await settingsOf(known, running)), ...process.env, ...(running ? { KUBECONFIG: running.kubeconfig } : {}) };
  process.exitCode = await new Promise<number>((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    // The terminal sends Ctrl-C to both; the tool handles it.
    process.on('SIGINT', () => {});
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
}

/** The environment variables that a tool reads. */
async function settingsOf(name: ToolName, running: RunningTarget | undefined): Promise<Readonly<Record<string, string>>> {
  if (name === 'skaffold') return (await import('../dev/skaffold-settings.ts')).skaffoldSettings(running);
  return running && name === 'k6' ? (await import('../services/load-settings.ts')).loadSettings(running) : {};
}
