import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@mesh-platform/kubernetes';
import { load } from 'js-yaml';
import type { Patch } from '../render/patches.ts';

const KUSTOMIZATION = 'kustomization.yaml';

/** The supported fields of a kustomization; kustomize itself builds the same result. */
interface Kustomization {
  readonly patches?: readonly { readonly path?: string; readonly target?: { readonly kind?: string; readonly labelSelector?: string } }[];
}

/** The patches of the kustomizations of some folders; a folder without one has none. */
export async function readPatches(folders: readonly string[]): Promise<readonly Patch[]> {
  return (await Promise.all(folders.map(patchesOf))).flat();
}

async function patchesOf(folder: string): Promise<Patch[]> {
  const names = await readdir(folder).catch((): string[] => []);
  if (!names.includes(KUSTOMIZATION)) return [];
  const file = join(folder, KUSTOMIZATION);
  const { patches = [] } = (await readYaml(file)) as Kustomization;
  return Promise.all(
    patches.map(async ({ path, target }) => {
      const labels = target?.labelSelector && selectorOf(target.labelSelector);
      if (!path || !target?.kind || !labels)
        throw new PlatformError(
          `${file} has a patch that is not understood`,
          'give it a path, and a target with kind and labelSelector (name=value)',
        );
      const patch = join(folder, path);
      return { file: patch, target: { kind: target.kind, labels }, content: (await readYaml(patch)) as Patch['content'] };
    }),
  );
}

function selectorOf(text: string): Readonly<Record<string, string>> | undefined {
  const pairs = text.split(',').map((part) => /^\s*([^=\s!]+)\s*==?\s*([^=\s]+)\s*$/.exec(part));
  return pairs.every(Boolean) ? Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? ''])) : undefined;
}

async function readYaml(file: string): Promise<object> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new PlatformError(`${file} cannot be read: ${messageOf(error)}`, 'write it, or remove it from its kustomization', {
      cause: error,
    });
  });
  try {
    const content = load(text);
    if (typeof content === 'object' && content !== null) return content;
  } catch (error) {
    throw new PlatformError(`${file} is not YAML: ${messageOf(error)}`, 'fix the file at that line', { cause: error });
  }
  throw new PlatformError(`${file} contains no object`, 'write a patch, or remove it from its kustomization');
}
