import { spawn } from 'node:child_process';
import type { Progress } from '@mesh-platform/kubernetes';
import { type RunningTarget, type ToolName, tool } from '@mesh-platform/targets';
import type { CommandContext } from '../commands/context.ts';

/** Tools that read a cluster, unless their arguments name only files. */
const OF_CLUSTERS: readonly ToolName[] = ['kubectl', 'istioctl'];

/** Runs a pinned tool in the foreground, with the kubeconfig of the running target if there is one, and exits with its status. */
export async function runTool(name: ToolName, args: readonly string[], { target, progress, suffix }: CommandContext): Promise<void> {
  const program = await tool(name, progress);
  const running = await target.find();
  const env = { ...(await environmentOf(name, running, progress)), ...(running ? { KUBECONFIG: running.kubeconfig } : {}) };
  process.exitCode = await new Promise<number>((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    // The terminal sends Ctrl-C to both; the tool handles it.
    process.on('SIGINT', () => {});
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
  if (process.exitCode !== 0 && !running && !process.env.KUBECONFIG && OF_CLUSTERS.includes(name))
    process.stderr.write(
      `\nplatform: the target '${target.name}' does not run, so ${name} got no cluster\n  → bring it up: ./platform up${suffix}\n`,
    );
}

/** The environment of a tool; the user's variables go before its settings. */
async function environmentOf(name: ToolName, running: RunningTarget | undefined, progress: Progress): Promise<NodeJS.ProcessEnv> {
  if (name === 'skaffold') return (await import('../dev/skaffold-environment.ts')).skaffoldEnvironment(running, progress);
  const settings = running && name === 'k6' ? await (await import('./load-settings.ts')).loadSettings(running) : {};
  return { ...settings, ...process.env };
}
