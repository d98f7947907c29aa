import { spawn } from 'node:child_process';
import { type ToolName, tool, toolNames } from '@mesh-platform/targets';
import { skaffoldSettings } from '../dev/skaffold-settings.ts';
import { loadSettings } from '../services/load-settings.ts';
import { UsageError } from '../usage-error.ts';
import type { CommandContext } from './context.ts';

/** Runs a pinned tool in the foreground, with the kubeconfig of the running target if there is one, and exits with its status. */
export async function runTool(name: string, args: readonly string[], { target, progress }: CommandContext): Promise<void> {
  const known = toolNames.find((candidate): candidate is ToolName => candidate === name);
  if (!known) throw new UsageError(`there is no tool '${name}'`, `name one of: ${toolNames.join(', ')}`);
  const program = await tool(known, progress);
  const running = await target.find();
  const settings = known === 'skaffold' ? await skaffoldSettings(running) : running && known === 'k6' ? await loadSettings(running) : {};
  const env = { ...settings, ...process.env, ...(running ? { KUBECONFIG: running.kubeconfig } : {}) };
  process.exitCode = await new Promise<number>((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    // The terminal sends Ctrl-C to both; the tool handles it.
    process.on('SIGINT', () => {});
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
}
