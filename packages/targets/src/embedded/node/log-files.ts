import { readFileSync, renameSync } from 'node:fs';
import { copyFile, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** With its predecessor a log takes twice this at most, and what is written between two looks. */
const LARGEST_BYTES = 5 * 1024 ** 2;

/** Begins a log: the log of the last run is kept next to it, to show why that run ended. */
export function beginLog(file: string): void {
  try {
    renameSync(file, `${file}.1`);
  } catch {
    // there was none
  }
}

/** The last line of a component's log that is an error, or else its last line; 300 characters at most, nothing where there is no log. */
export function lastError(folder: string, component: string): string {
  let text = '';
  try {
    text = readFileSync(join(folder, `${component}.log`), 'utf8');
  } catch {
    return '';
  }
  const lines = text.trim().split('\n');
  return (lines.findLast((line) => /^[EF]\d{4} |\b(error|fatal|panic)\b/i.test(line)) ?? lines.at(-1) ?? '').slice(0, 300);
}

/** Empties each log that has grown too large, after a copy of it. Its writer has it open to append and goes on at its start. */
export async function rotateLogs(folder: string, largest = LARGEST_BYTES): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.log'));
  for (const name of names) {
    const file = join(folder, name);
    if ((await stat(file)).size <= largest) continue;
    await copyFile(file, `${file}.1`);
    await truncate(file, 0);
  }
}
