import { endingWithUs, type RunOptions, run } from '../../process/run.ts';

/** A folder of the host that the command sees at `inside`, a mount point of the node's file system. */
export interface Bind {
  readonly host: string;
  readonly inside: '/output' | '/context' | '/storage';
}

// The mounts live in a mount namespace of the command's own: whatever ends it, nothing stays mounted on the host.
const script = `
set -eu
root=$1; shift
mount --bind "$root" "$root" # pivot_root wants a mount point
for kernel in proc sys dev; do mount --rbind "/$kernel" "$root/$kernel"; done
mount -t tmpfs tmpfs "$root/run"
while [ "$1" != -- ]; do mount --bind "$1" "$root$2"; shift 2; done
shift
cd "$root"
pivot_root . mnt
umount -l /mnt
unset TMPDIR # a folder of the host's
exec "$@"
`;

interface NodeRootOptions extends RunOptions {
  /** The command names processes of the host by their numbers, so it has no PID namespace of its own that would end it with us. */
  readonly seesProcesses?: boolean;
}

/** Runs a program of the node's file system on the host's network: the host itself needs no buildah and no ip. */
export function runInNodeRoot(root: string, binds: readonly Bind[], command: readonly string[], options: NodeRootOptions): Promise<string> {
  const mounts = binds.flatMap(({ host, inside }) => [host, inside]);
  const shell = ['sh', '-c', script, 'sh', root, ...mounts, '--', ...command];
  const [program, args] = options.seesProcesses
    ? (['unshare', ['--mount', '--propagation', 'private', ...shell]] as const)
    : endingWithUs('sh', shell.slice(1));
  return run(program, args, options);
}
