import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instance } from '../instance.ts';

/** Marks a running node. Only an orderly stop removes it, so the next start detects that there was none. */
interface RunMark {
  readonly supervisor: number;
  /** The kernel's name for the time since it started. */
  readonly boot: string;
}

const markFile = (instance: Instance): string => join(instance.state, 'running');
const bootId = async (): Promise<string> => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();

export async function writeRunMark(instance: Instance): Promise<void> {
  const mark: RunMark = { supervisor: process.pid, boot: await bootId() };
  await writeFile(markFile(instance), JSON.stringify(mark));
}

export const removeRunMark = (instance: Instance): Promise<void> => rm(markFile(instance), { force: true });

/** How the last run ended where that was no orderly stop; undefined where it was one. */
export async function suddenEnd(instance: Instance): Promise<string | undefined> {
  const text = await readFile(markFile(instance), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  if (!text.includes(await bootId())) return 'this machine was restarted while the node ran';
  const pid = await supervisorOf(instance);
  return pid === undefined
    ? 'the node had ended without being stopped'
    : `the node's supervisor, process ${pid}, does not answer and is ended`;
}

/** The supervisor that wrote the mark, if it still lives. */
export async function supervisorOf(instance: Instance): Promise<number | undefined> {
  const [, pid] = /"supervisor":(\d+)/.exec(await readFile(markFile(instance), 'utf8').catch(() => '')) ?? [];
  const command = pid && (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  return command && /supervisor\.ts\0/.test(command) && command.split('\0').includes(instance.name) ? Number(pid) : undefined;
}
