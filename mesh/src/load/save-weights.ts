import { execFile } from 'node:child_process';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { messageOf, PlatformError } from '@mesh-platform/kubernetes';
import type { Weight } from '../topology/mesh.ts';

/**
 * Writes a service's weights into the file of its topology, and nothing else: `weights: { preview: { v1: 50, v2: 50 } }`. The
 * file is loaded again; where it then has other weights, it is restored.
 */
export async function saveWeights(file: string, service: string, weights: ReadonlyMap<string, number>): Promise<void> {
  const before = await readFile(file, 'utf8');
  const after = withWeights(before, service, weights);
  if (after === undefined)
    throw new PlatformError(
      `${basename(file)} has no weights of '${service}' that could be rewritten`,
      `write them by hand: weights: { ${service}: ${literal(weights)} }`,
    );
  await replace(file, after);
  const reason = await mismatch(file, service, weights);
  if (reason === undefined) return;
  await replace(file, before);
  throw new PlatformError(
    `the weights of '${service}' cannot be saved in ${basename(file)}: ${reason}; the file was restored`,
    `write them by hand: weights: { ${service}: ${literal(weights)} }`,
  );
}

/** The text with new weights of a service, which are added where it has none; undefined where it has no literal `weights`. */
export function withWeights(text: string, service: string, weights: ReadonlyMap<string, number>): string | undefined {
  const block = /\bweights\s*:\s*\{/.exec(text);
  if (!block) return undefined;
  const start = block.index + block[0].length;
  const rest = text.slice(start);
  const entry = new RegExp(`((?:^|[\\s,{])['"]?${service}['"]?\\s*:\\s*)\\{[^{}]*\\}`).exec(rest);
  if (!entry || depthAt(rest, entry.index) !== 0) return text.slice(0, start) + withEntry(rest, `${keyOf(service)}: ${literal(weights)}`);
  const from = start + entry.index;
  return text.slice(0, from) + (entry[1] ?? '') + literal(weights) + text.slice(from + entry[0].length);
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

const literal = (weights: ReadonlyMap<string, number>): string =>
  `{ ${[...weights].map(([version, percent]) => `${keyOf(version)}: ${percent}`).join(', ')} }`;

/** A file is whole at every moment. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.draft`;
  await writeFile(draft, text);
  await rename(draft, file);
}

/** A process of its own loads the file: this one has loaded it already, as it was. */
const READ_WEIGHTS = `
const [file, service] = process.argv.slice(1);
const { default: mesh } = await import(file);
process.stdout.write(JSON.stringify(mesh.services.get(service)?.weights ?? []));`;
const READ_MS = 30_000;

async function mismatch(file: string, service: string, weights: ReadonlyMap<string, number>): Promise<string | undefined> {
  try {
    const script = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', READ_WEIGHTS, pathToFileURL(file).href, service];
    const { stdout } = await promisify(execFile)(process.execPath, script, { timeout: READ_MS });
    const read = JSON.parse(stdout) as readonly Weight[];
    return read.length > 0 && read.every(({ version, percent }) => (weights.get(version) ?? 0) === percent)
      ? undefined
      : 'it loads with other weights';
  } catch (error) {
    return messageOf(error).split('\n')[0];
  }
}
