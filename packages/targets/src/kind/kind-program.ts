import { arch } from 'node:os';
import { delimiter, join } from 'node:path';
import { PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { tool } from '../build/programs.ts';
import { exists } from '../process/exists.ts';

/** The pinned kind, built at its first use; on arm64, for which nothing brings a Go compiler, the one that is installed. */
export async function kindProgram(progress: Progress): Promise<string> {
  if (arch() === 'x64') return tool('kind', progress);
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean))
    if (await exists(join(folder, 'kind'), { executable: true })) return join(folder, 'kind');
  throw new PlatformError('kind is not installed', 'install kind 0.32 or newer: https://kind.sigs.k8s.io/docs/user/quick-start/');
}
