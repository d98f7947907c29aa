import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '@mesh-platform/kubernetes';
import { stateFolder } from '../places.ts';
import { readKubeconfig } from './read-kubeconfig.ts';

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
