import { type CommandContext, printJson, requireRunning } from './context.ts';

/** Where the gateway answers on this machine. */
export async function url(context: CommandContext): Promise<void> {
  const { gatewayUrl } = await requireRunning(context);
  if (context.json) printJson({ url: gatewayUrl });
  else process.stdout.write(`${gatewayUrl}\n`);
}

/** The path of the running target's kubeconfig. */
export async function kubeconfig(context: CommandContext): Promise<void> {
  const { kubeconfig: path } = await requireRunning(context);
  if (context.json) printJson({ kubeconfig: path });
  else process.stdout.write(`${path}\n`);
}
