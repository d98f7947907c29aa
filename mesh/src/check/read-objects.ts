import { createReadStream } from 'node:fs';
import { beyondBounds, UsageError } from '@mesh-platform/kubernetes';
import { list } from '../model/fields.ts';
import { isFields, type MeshObject, type Origin, setOrigin } from '../object.ts';
import { filesOf, pathError } from './find-files.ts';
import { type Document, documentsOf, loadDocument, textOf, YamlError } from './kubectl-yaml.ts';
import { refuseKustomization, UnreadableFile, withTool } from './unreadable-file.ts';

/** Values of one document. The largest manifests that we know, Istio's CRDs, have 6,000 in one, at 28 levels. */
const MAX_VALUES = 1_000_000;
const MAX_MEBIBYTES = 64;
const STDIN = 'standard input';

/** The objects of files, and why others are not read: at most one reason for each file. */
export interface ReadFiles {
  readonly objects: readonly MeshObject[];
  readonly unreadable: readonly UnreadableFile[];
}

/**
 * Reads every object of files, of the YAML files of folders, and of standard input (`-`), in their order, as kubectl does. Throws a
 * PlatformError where a path cannot be read, and a UsageError where nothing is in any of them.
 */
export async function readObjects(paths: readonly string[], stdin: AsyncIterable<Uint8Array | string> = process.stdin): Promise<ReadFiles> {
  const read: ReadFiles[] = [];
  for (const path of paths) {
    if (path === '-') read.push(await readFile(STDIN, stdin));
    else for (const file of await filesOf(path)) read.push(await readFile(file, createReadStream(file)));
  }
  const objects = read.flatMap((one) => one.objects);
  const unreadable = read.flatMap((one) => one.unreadable);
  if (objects.length === 0 && unreadable.length === 0)
    throw new UsageError(
      `there is no Kubernetes object in ${paths.join(', ').replace(/^-$/, STDIN)}: it is empty`,
      'name files or folders with YAML, or - for standard input',
    );
  return { objects, unreadable };
}

async function readFile(file: string, content: AsyncIterable<Uint8Array | string>): Promise<ReadFiles> {
  try {
    return readText(textOf(await bytesOf(file, content)), file);
  } catch (error) {
    if (error instanceof YamlError || error instanceof UnreadableFile) return { objects: [], unreadable: [unreadableIn(file, error)] };
    throw pathError(file, error);
  }
}

async function bytesOf(file: string, content: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content) {
    const bytes = Buffer.from(chunk as string);
    length += bytes.length;
    if (length > MAX_MEBIBYTES * 1024 ** 2)
      throw new UnreadableFile(file, 1, `is not read: it has more than ${MAX_MEBIBYTES} MiB`, 'split it into smaller files');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** The reason why a file is not read; throws any other error. */
function unreadableIn(file: string, error: unknown): UnreadableFile {
  if (error instanceof UnreadableFile) return error;
  if (!(error instanceof YamlError)) throw error;
  return new UnreadableFile(file, error.line, `is not YAML: ${error.message}`, 'fix that line', { cause: error.cause });
}

/** The objects of a text, and the first reason why a document of it is not read; `file` names it. Lists are unfolded. */
export function readText(text: string, file: string): ReadFiles {
  const objects: MeshObject[] = [];
  let unreadable: UnreadableFile | undefined;
  for (const document of documentsOf(text)) {
    try {
      objects.push(...objectsOf(document, file));
    } catch (error) {
      unreadable ??= unreadableIn(file, error);
    }
  }
  if (!unreadable) return { objects, unreadable: [] };
  const reason = withTool(unreadable, text);
  return { objects: reason.isOtherInput ? [] : objects, unreadable: [reason] };
}

/** The objects of a text. Throws an UnreadableFile with the first reason why it is not read. */
export function parseObjects(text: string, file: string): readonly MeshObject[] {
  const { objects, unreadable } = readText(text, file);
  for (const error of unreadable) throw error;
  return objects;
}

function objectsOf(document: Document, file: string): readonly MeshObject[] {
  const { line } = document;
  const value = loadDocument(document);
  if (value === undefined || value === null) return [];
  const reason = beyondBounds(value, MAX_VALUES);
  if (reason) throw new UnreadableFile(file, line, `is not read: ${reason}`, 'write it with fewer levels and aliases');
  const objects = unfolded(value, 'it', { file, line });
  for (const object of objects) setOrigin(object, { file, line });
  return objects;
}

/** Items of a typed list, such as a `VirtualServiceList`, have the type that the list names, where they name none. */
function unfolded(value: unknown, what: string, origin: Origin): readonly MeshObject[] {
  const object = asObject(value, what, origin);
  const { items, apiVersion, kind = '' } = object as MeshObject & { readonly items?: unknown };
  if (!kind.endsWith('List') || !(Array.isArray(items) || kind === 'List')) return [object];
  const type = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
  return list(items).flatMap((item, index) => unfolded(isFields(item) ? { ...type, ...item } : item, `items[${index}]`, origin));
}

function asObject(value: unknown, what: string, { file, line }: Origin): MeshObject {
  const refuse = (problem: string, hint: string, isOtherInput = false): never => {
    throw new UnreadableFile(file, line, `is no Kubernetes object: ${what} ${problem}`, hint, { isOtherInput });
  };
  const only = 'name only files with Kubernetes objects';
  if (!isFields(value)) return refuse('is no mapping', only, true);
  const { apiVersion, kind, metadata } = value;
  if (apiVersion === undefined && kind === undefined) return refuse('has no apiVersion and no kind', only, true);
  if (typeof apiVersion !== 'string') return refuse('has no apiVersion', 'write apiVersion, such as v1');
  if (typeof kind !== 'string') return refuse('has no kind', 'write kind, such as Service');
  refuseKustomization(apiVersion, file, line);
  if (metadata !== undefined && !isFields(metadata))
    return refuse('has metadata that is no mapping', 'write metadata: { name: …, namespace: … }');
  for (const field of ['name', 'namespace', 'generateName'] as const) {
    const text = metadata?.[field];
    if (text !== undefined && text !== null && typeof text !== 'string')
      return refuse(`has a metadata.${field} that is no string`, 'write a name, in quotes where YAML reads it as a number or a boolean');
  }
  return value as MeshObject;
}
