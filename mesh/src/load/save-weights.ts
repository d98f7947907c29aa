import { execFile } from 'node:child_process';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { messageOf, PlatformError } from '@mesh-platform/kubernetes';
import type { Weight } from '../topology/mesh.ts';
import { editTopology, setWeights, weightsHint } from './topology-file.ts';

/**
 * Writes a service's weights into the file of its topology, and nothing else: `weights: { preview: { v1: 50, v2: 50 } }`. The
 * file is loaded again; where it then has other weights, it is restored.
 */
export async function saveWeights(file: string, service: string, weights: ReadonlyMap<string, number>): Promise<void> {
  const before = await readFile(file, 'utf8');
  const after = editTopology(basename(file), before, setWeights(service, weights));
  await replace(file, after);
  const reason = await mismatch(file, service, weights);
  if (reason === undefined) return;
  await replace(file, before);
  throw new PlatformError(
    `the weights of '${service}' cannot be saved in ${basename(file)}: ${reason}; the file was restored`,
    weightsHint(service, weights),
  );
}

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
