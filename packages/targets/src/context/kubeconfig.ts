import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { beyondBounds, messageOf, UsageError } from '@mesh-platform/kubernetes';
import { load, YAMLException } from 'js-yaml';
import { stateFolder } from '../places.ts';

interface Named {
  readonly name: string;
}
interface Exported {
  readonly clusters: readonly Named[];
  readonly users: readonly Named[];
  readonly contexts: readonly (Named & { readonly context: { readonly cluster: string; readonly user: string } })[];
}

/**
 * Writes the part of the user's kubeconfig (KUBECONFIG, else ~/.kube/config) that one context needs to a file of our own, in which
 * it is the current one, so that a `kubectl config use-context` elsewhere changes nothing. Only its owner can read it.
 * Throws a UsageError that names the contexts where there is none of this name, or the file that is no kubeconfig.
 */
export async function kubeconfigOfContext(name: string): Promise<string> {
  const all = JSON.parse(readKubeconfig().exportConfig()) as Exported;
  const found = all.contexts.find((context) => context.name === name);
  if (!found) {
    const names = all.contexts.flatMap((context) => (typeof context.name === 'string' ? [context.name] : [])).join(', ');
    throw new UsageError(
      `the kubeconfig has no context '${name}'`,
      names ? `name one of: ${names}` : 'set KUBECONFIG to a file that has one',
    );
  }
  const single = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [found],
    clusters: all.clusters.filter((cluster) => cluster.name === found.context.cluster),
    users: all.users.filter((user) => user.name === found.context.user),
  };
  const folder = join(stateFolder(), '.contexts', folderName(name));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'kubeconfig');
  await writeFile(`${file}.draft`, JSON.stringify(single), { mode: 0o600 });
  await rename(`${file}.draft`, file);
  return file;
}

/** File systems take 255 bytes. */
const MAX_FOLDER_NAME = 200;

/** A folder's own name for a context: `..` and what is too long or no text included. */
function folderName(context: string): string {
  const encoded = encodeURIComponent(context.toWellFormed()).replace(/^\.+$/, (dots) => '%2E'.repeat(dots.length));
  if (context.isWellFormed() && encoded.length <= MAX_FOLDER_NAME) return encoded;
  const hash = createHash('sha256').update(JSON.stringify(context)).digest('hex');
  return `${encoded.slice(0, MAX_FOLDER_NAME - hash.length - 1)}-${hash}`;
}

/** Values of one file: a kubeconfig of 1,000 clusters has 15,000. */
const MAX_VALUES = 100_000;

/**
 * The user's kubeconfig: the files of KUBECONFIG, else ~/.kube/config. Throws a UsageError that names the file and what is wrong,
 * and shows nothing of its text, which contains secrets.
 */
export function readKubeconfig(): KubeConfig {
  const named = process.env.KUBECONFIG?.split(delimiter).filter(Boolean) ?? [];
  const files = named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
  for (const file of files) requireReadable(file);
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw invalid(files.join(delimiter), error);
  }
  return config;
}

/** Refuses what KubeConfig would print in its error, or write out without end. KubeConfig itself reports a missing file. */
function requireReadable(file: string): void {
  try {
    const text = readIfPresent(file);
    if (text === undefined) return;
    const value = text.trim() === '' ? undefined : load(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it is no mapping');
    const reason = beyondBounds(value, MAX_VALUES);
    if (reason) throw new Error(reason);
  } catch (error) {
    throw invalid(file, error);
  }
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const invalid = (file: string, error: unknown): UsageError =>
  new UsageError(`the kubeconfig ${file} cannot be read: ${reasonOf(error)}`, 'fix the file, or set KUBECONFIG to another', {
    cause: error instanceof YAMLException ? undefined : error, // its message has the lines around the mistake
  });

/** The message of an error without anything of the file's text. */
function reasonOf(error: unknown): string {
  if (error instanceof YAMLException) return `line ${(error.mark?.line ?? 0) + 1} is not YAML`;
  if (error instanceof TypeError || error instanceof RangeError) return 'one of its fields has the wrong type';
  return messageOf(error);
}
