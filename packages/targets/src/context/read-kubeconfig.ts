import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { beyondBounds, messageOf, UsageError } from '@mesh-platform/kubernetes';
import { load, YAMLException } from 'js-yaml';

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
