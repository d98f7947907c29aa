/**
 * The command in a PID namespace of its own that ends with this process, however that ends. Without it, what a killed
 * command had started would go on writing where the next one, whose turn it is by then, builds the same. Needs root.
 */
export function endingWithUs(command: string, args: readonly string[]): readonly [string, readonly string[]] {
  if (process.getuid?.() !== 0) return [command, args];
  const namespace = ['--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc'];
  return ['setpriv', ['--pdeathsig', 'KILL', 'unshare', ...namespace, '--', command, ...args]];
}
