import { type CommandContext, printJson, requireRunning } from './context.ts';

/** Prints the URL of the gateway on this machine. */
export async function url(context: CommandContext): Promise<void> {
  const { wayIn } = await requireRunning(context);
  if (context.json) printJson(wayIn);
  else process.stdout.write(`${wayIn.url}\n`);
  if (wayIn.first && !context.json) process.stderr.write(`after: ${wayIn.first}\n`);
}

/** The path of the running target's kubeconfig. */
export async function kubeconfig(context: CommandContext): Promise<void> {
  const { kubeconfig: path } = await requireRunning(context);
  if (context.json) printJson({ kubeconfig: path });
  else process.stdout.write(`${path}\n`);
}
