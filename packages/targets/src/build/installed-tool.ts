import { delimiter, join } from 'node:path';
import { exists } from '../process/files.ts';
import { run } from '../process/run.ts';

const ANSWER_MS = 15_000;

/** How a tool that a user has installed reports its version. */
export interface InstalledTool {
  readonly arguments: readonly string[];
  /** The pinned release: one of the same major release that is not older is as good. */
  readonly pinned: string;
}

/** The path of the tool on PATH where its version is good enough; undefined where it is missing, another, or does not answer. */
export async function installedTool(name: string, { arguments: args, pinned }: InstalledTool): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const file = join(folder, name);
    if (!(await exists(file, { executable: true }))) continue;
    const output = await run(file, args, { timeout: ANSWER_MS }).catch(() => '');
    return fits(output, pinned) ? file : undefined; // a shell would take no other either
  }
  return undefined;
}

function fits(output: string, pinned: string): boolean {
  const [, ...found] = /\bv?(\d+)\.(\d+)\.(\d+)/.exec(output) ?? [];
  const [major = 0, minor = 0, patch = 0] = found.map(Number);
  const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = pinned.split('.').map(Number);
  return found.length > 0 && major === wantedMajor && (minor > wantedMinor || (minor === wantedMinor && patch >= wantedPatch));
}
