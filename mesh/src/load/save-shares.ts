import { execFile } from 'node:child_process';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { messageOf, PlatformError } from '@mesh-platform/kubernetes';
import type { Share } from '../topology/mesh.ts';

/**
 * Writes a service's shares into the file of its topology, and nothing else: `shares: { preview: { v1: 50, v2: 50 } }`. The
 * file is loaded again; where it then says something else, it is put back as it was.
 */
export async function saveShares(file: string, service: string, shares: ReadonlyMap<string, number>): Promise<void> {
  const before = await readFile(file, 'utf8');
  const after = withShares(before, service, shares);
  if (after === undefined)
    throw new PlatformError(
      `${basename(file)} has no shares of '${service}' that could be rewritten`,
      `write them by hand: shares: { ${service}: ${literal(shares)} }`,
    );
  await replace(file, after);
  const reason = await mismatch(file, service, shares);
  if (reason === undefined) return;
  await replace(file, before);
  throw new PlatformError(
    `${basename(file)} would not say those shares after the edit (${reason}); it is as it was`,
    `write them by hand: shares: { ${service}: ${literal(shares)} }`,
  );
}

/** The text with other shares of a service, which are added where it says none of it; undefined where it has no shares as a literal. */
export function withShares(text: string, service: string, shares: ReadonlyMap<string, number>): string | undefined {
  const block = /\bshares\s*:\s*\{/.exec(text);
  if (!block) return undefined;
  const start = block.index + block[0].length;
  const rest = text.slice(start);
  const entry = new RegExp(`((?:^|[\\s,{])['"]?${service}['"]?\\s*:\\s*)\\{[^{}]*\\}`).exec(rest);
  if (!entry || depthAt(rest, entry.index) !== 0) return text.slice(0, start) + withEntry(rest, `${keyOf(service)}: ${literal(shares)}`);
  const from = start + entry.index;
  return text.slice(0, from) + (entry[1] ?? '') + literal(shares) + text.slice(from + entry[0].length);
}

/** The rest of a block and what follows it, with one more entry before the block's end. */
function withEntry(rest: string, entry: string): string {
  let end = 0;
  while (end < rest.length && depthAt(rest, end + 1) >= 0) end++;
  const before = rest.slice(0, end);
  const space = /\s*$/.exec(before)?.[0] ?? '';
  const entries = before.trimEnd();
  const separator = entries === '' ? ' ' : `${entries.endsWith(',') ? '' : ','}${space.includes('\n') ? `${space}  ` : ' '}`;
  const closing = space.includes('\n') ? `,${space}` : ' ';
  return entries + separator + entry + closing + rest.slice(end);
}

/** How many braces are open at a place of a text that begins inside of a block; below zero after its end. */
function depthAt(text: string, end: number): number {
  let depth = 0;
  for (const character of text.slice(0, end)) {
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (depth < 0) return depth;
  }
  return depth;
}

const keyOf = (name: string): string => (/^[a-z_$][\w$]*$/.test(name) ? name : `'${name}'`);

const literal = (shares: ReadonlyMap<string, number>): string =>
  `{ ${[...shares].map(([version, percent]) => `${keyOf(version)}: ${percent}`).join(', ')} }`;

/** A file is whole at every moment. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.draft`;
  await writeFile(draft, text);
  await rename(draft, file);
}

/** A process of its own loads the file: this one has loaded it already, as it was. */
const READ_SHARES = `
const [file, service] = process.argv.slice(1);
const { default: mesh } = await import(file);
process.stdout.write(JSON.stringify(mesh.services.get(service)?.shares ?? []));`;
const READ_MS = 30_000;

async function mismatch(file: string, service: string, shares: ReadonlyMap<string, number>): Promise<string | undefined> {
  try {
    const script = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', READ_SHARES, pathToFileURL(file).href, service];
    const { stdout } = await promisify(execFile)(process.execPath, script, { timeout: READ_MS });
    const read = JSON.parse(stdout) as readonly Share[];
    return read.length > 0 && read.every(({ version, percent }) => (shares.get(version) ?? 0) === percent) ? undefined : 'it says others';
  } catch (error) {
    return messageOf(error).split('\n')[0];
  }
}
