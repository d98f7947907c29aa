import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { beyondBounds, messageOf, PlatformError } from '@mesh-platform/kubernetes';
import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml';
import { type MeshObject, setOrigin } from '../object.ts';

/** The YAML that kubectl accepts: with merge keys. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);
/** Values of one document. The largest manifests that we know, Istio's CRDs, have 6,000 in one, at 28 levels. */
const MAX_VALUES = 1_000_000;
const YAML_FILE = /\.(ya?ml|json)$/;
/** A line that ends a document. Text in a block is indented, so it is never one. */
const SEPARATOR = /^(?:---(?=\s|$)|\.\.\.\s*$)/;

/** Every object of files, of the YAML files of folders, and of standard input (`-`), in their order. Throws a PlatformError that names file and line. */
export async function readObjects(paths: readonly string[], stdin: NodeJS.ReadableStream = process.stdin): Promise<readonly MeshObject[]> {
  const objects: MeshObject[] = [];
  for (const path of paths) {
    if (path === '-') objects.push(...parseObjects(await textOf(stdin), 'standard input'));
    else for (const file of await filesOf(path)) objects.push(...parseObjects(await readFile(file, 'utf8').catch(unreadable(file)), file));
  }
  return objects;
}

async function filesOf(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(unreadable(path));
  if (!found.isDirectory()) return [path];
  const files = (await readdir(path).catch(unreadable(path))).filter((name) => YAML_FILE.test(name)).sort();
  if (files.length === 0)
    throw new PlatformError(`the folder ${path} contains no YAML file`, 'name the folder with the YAML files; subfolders are not searched');
  return files.map((name) => join(path, name));
}

const unreadable =
  (path: string) =>
  (error: unknown): never => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new PlatformError(
      missing ? `there is no ${path}` : `${path} cannot be read: ${messageOf(error)}`,
      'name files or folders of YAML, or - for standard input',
      { cause: error },
    );
  };

/** The objects of a text; `file` names it in errors. Lists are unfolded. */
export function parseObjects(text: string, file: string): readonly MeshObject[] {
  return documentsOf(text).flatMap(({ line, body }) => {
    const where = `${file}:${firstLine(body, line)}`;
    const value = parsed(body, file, line);
    if (value === undefined || value === null) return [];
    const reason = beyondBounds(value, MAX_VALUES);
    if (reason) throw new PlatformError(`${where} is not read: ${reason}`, 'write it with fewer levels and aliases');
    return unfolded(value, where).map((object) => {
      setOrigin(object, { file, line: firstLine(body, line) });
      return object;
    });
  });
}

interface Document {
  /** Of its first line, from 1. */
  readonly line: number;
  readonly body: string;
}

function documentsOf(text: string): readonly Document[] {
  const documents: { line: number; lines: string[] }[] = [{ line: 1, lines: [] }];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (SEPARATOR.test(line)) documents.push({ line: index + 1, lines: [line.slice('---'.length)] });
    else documents.at(-1)?.lines.push(line);
  }
  return documents.map(({ line, lines }) => ({ line, body: lines.join('\n') })).filter(({ body }) => body.split('\n').some(isContent));
}

const isContent = (line: string): boolean => /^\s*[^#\s%]/.test(line);

const firstLine = (body: string, line: number): number => line + Math.max(0, body.split('\n').findIndex(isContent));

function parsed(body: string, file: string, line: number): unknown {
  try {
    return load(body, { schema: SCHEMA });
  } catch (error) {
    const [reason, at] = error instanceof YAMLException ? [error.reason, line + (error.mark?.line ?? 0)] : [messageOf(error), line];
    throw new PlatformError(`${file}:${at} is not YAML: ${reason}`, 'fix that line', { cause: error });
  }
}

function unfolded(value: unknown, where: string): readonly MeshObject[] {
  const object = asObject(value, where);
  const { items } = object as { items?: unknown };
  if (!object.kind?.endsWith('List') || !Array.isArray(items)) return [object];
  return items.flatMap((item, index) => unfolded(item, `${where}, items[${index}]`));
}

function asObject(value: unknown, where: string): MeshObject {
  const { apiVersion, kind, metadata } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown; metadata?: unknown };
  const missing =
    typeof value !== 'object' || Array.isArray(value)
      ? 'a mapping'
      : typeof apiVersion !== 'string'
        ? 'an apiVersion'
        : typeof kind !== 'string'
          ? 'a kind'
          : undefined;
  if (missing)
    throw new PlatformError(`${where} is no Kubernetes object: ${missing} is missing`, 'name only files with Kubernetes objects');
  if (metadata !== undefined && (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)))
    throw new PlatformError(`${where}: its metadata is no mapping`, 'write metadata: { name: …, namespace: … }');
  const { name, namespace } = (metadata ?? {}) as { name?: unknown; namespace?: unknown };
  for (const [field, text] of Object.entries({ name, namespace })) {
    if (text === undefined || text === null || typeof text === 'string') continue;
    throw new PlatformError(`${where}: its metadata.${field} is no string`, 'write a name, in quotes where YAML reads it as a number');
  }
  return value as MeshObject;
}
