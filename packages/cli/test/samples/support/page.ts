import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** A step of a page that its reader follows. */
export type Step =
  | { readonly kind: 'command'; readonly line: number; readonly command: string; readonly expected: readonly string[] }
  | { readonly kind: 'change'; readonly line: number; readonly diff: string };

/**
 * The steps of a page, in order. A block `console` has commands after `$ `, which go on after `> `, and what
 * they print, in which `…` stands for anything: within a line, or for lines where it is the whole line. A block `diff` is an edit.
 */
export async function readPage(file: string): Promise<readonly Step[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const steps: Step[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, indent = '', language] = /^( *)```(console|diff)$/.exec(lines[at] ?? '') ?? [];
    if (!language) continue;
    const end = lines.indexOf(`${indent}\`\`\``, at + 1);
    const block = lines.slice(at + 1, end).map((line) => line.slice(indent.length));
    if (language === 'diff') steps.push({ kind: 'change', line: at + 1, diff: `${block.join('\n')}\n` });
    else steps.push(...commandsOf(block, at + 2));
    at = end;
  }
  return steps;
}

function commandsOf(block: readonly string[], firstLine: number): Step[] {
  const steps: { kind: 'command'; line: number; command: string; expected: string[] }[] = [];
  for (const [index, line] of block.entries()) {
    const last = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ kind: 'command', line: firstLine + index, command: line.slice(2), expected: [] });
    else if (!last) throw new Error(`line ${firstLine + index}: output before any command`);
    else if (line.startsWith('> ') && last.expected.length === 0) last.command += `\n${line.slice(2)}`;
    else last.expected.push(line);
  }
  return steps;
}

export interface Reader {
  readonly folder: string;
  /** What `./platform` stands for, so that a page is read on the tests' instance. */
  readonly platform: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Follows the page of the folder from top to bottom; fails with the line of the page whose output differs. */
export async function follow(file: string, reader: Reader): Promise<void> {
  for (const step of await readPage(join(reader.folder, file))) {
    if (step.kind === 'change') await change(reader.folder, step.diff);
    else await followCommand(file, step, reader);
  }
}

/** Makes the edits of a unified diff; fails where the text that one replaces is not there, or not once. */
async function change(folder: string, diff: string): Promise<void> {
  for (const part of diff.split(/^(?=--- )/m).filter((text) => text.startsWith('--- '))) {
    const file = join(folder, /^\+\+\+ b\/(.*)$/m.exec(part)?.[1] ?? '');
    let text = part.startsWith('--- /dev/null') ? '' : await readFile(file, 'utf8');
    for (const hunk of part.split(/^@@.*\n/m).slice(1)) {
      const lines = hunk.split('\n').filter((line) => /^[ +-]/.test(line));
      const side = (without: string) =>
        lines
          .filter((line) => !line.startsWith(without))
          .map((line) => `${line.slice(1)}\n`)
          .join('');
      const [before, after] = [side('+'), side('-')];
      if (before !== '' && text.split(before).length !== 2) throw new Error(`${file} does not have once:\n${before}`);
      text = before === '' ? after : text.replace(before, () => after);
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

async function followCommand(file: string, { line, command, expected }: Step & { kind: 'command' }, reader: Reader): Promise<void> {
  const printed = await printedBy(command.replaceAll('./platform', reader.platform), reader);
  if (!isAsExpected(printed, expected))
    throw new Error(`${file}:${line}: ${command}\nprinted:\n${printed}\nexpected by the page:\n${expected.join('\n')}`);
}

/** Everything that the command prints; some are there to fail. */
const printedBy = (command: string, { folder, env }: Reader): Promise<string> =>
  new Promise((resolve) => {
    const options = { cwd: folder, env: { ...process.env, ...env }, timeout: 300_000, maxBuffer: 16 * 1024 * 1024 };
    execFile('bash', ['-c', `exec 2>&1; ${command}`], options, (_error, stdout) =>
      resolve(stripVTControlCharacters(stdout).replaceAll('\r', '')),
    );
  });

/** Whether the output matches the page; an empty expectation matches every output. */
export function isAsExpected(printed: string, expected: readonly string[]): boolean {
  const lines = expected.map((line) => line.trimEnd()).filter((line, index, all) => line !== '' || index < all.length - 1);
  if (lines.length === 0) return true;
  const pattern = lines
    .map((line) => (line === '…' ? '(?:[^\\n]*\\n)*?' : `${line.split('…').map(escaped).join('[^\\n]*')} *\\n`))
    .join('');
  return new RegExp(`^${pattern}$`).test(`${printed.replace(/^\n+/, '').trimEnd()}\n`);
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
