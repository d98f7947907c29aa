import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix, relative } from 'node:path';
import { type BuiltLayer, run } from '@mesh-platform/targets';
import { mergedUsr } from './debian-packages.ts';
import { type GoProgram, goProgramsIn } from './go-programs.ts';

/** What a bill of materials reads of an npm package. */
export interface NpmManifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** What one layer adds to a file system and removes from it; paths have no slash at their front. */
export interface LayerFiles {
  readonly removed: readonly string[];
  /** The folders of npm packages. */
  readonly npm: ReadonlyMap<string, NpmManifest>;
  /** Programs and shared libraries: ELF files. */
  readonly elf: readonly string[];
  readonly go: ReadonlyMap<string, GoProgram>;
  readonly dpkg?: { readonly status: string; readonly files: ReadonlySet<string> };
}

const DPKG = 'var/lib/dpkg';
/** A file with this prefix removes the file that it names from the layers below. https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
const WHITEOUT = '.wh.';
const ELF = Buffer.from('\x7fELF', 'latin1');

/** Reads a layer; `go` is the Go program. An archive is unpacked in a temporary folder first. */
export async function layerFiles(layer: BuiltLayer, go: string): Promise<LayerFiles> {
  if ('folder' in layer) return filesIn(layer.folder, layer.at, go);
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-layer-'));
  try {
    const options = ['--no-same-owner', '--anchored', '--exclude=./dev/*', '--exclude=dev/*'];
    await run('tar', ['--extract', ...options, `--file=${layer.archive}`, `--directory=${folder}`], { timeout: 120_000 });
    return await filesIn(folder, '', go);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function filesIn(folder: string, at: string, go: string): Promise<LayerFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const placed = (path: string) => posix.join(at, path);
  const elf: string[] = [];
  const npm = new Map<string, NpmManifest>();
  for (const path of paths) {
    if (isPackage(path)) npm.set(placed(posix.dirname(path)), await manifestOf(join(folder, path)));
    else if (await isElf(join(folder, path))) elf.push(placed(path));
  }
  const programs = elf.length > 0 ? await goProgramsIn(folder, go) : new Map<string, GoProgram>();
  const lists = paths.filter((path) => path.startsWith(`${DPKG}/info/`) && path.endsWith('.list'));
  const files = await Promise.all(lists.map((path) => readFile(join(folder, path), 'utf8')));
  return {
    removed: paths.filter((path) => posix.basename(path).startsWith(WHITEOUT)).map((path) => placed(removedBy(path))),
    npm,
    elf,
    go: new Map([...programs].map(([path, program]) => [placed(path), program])),
    ...(paths.includes(`${DPKG}/status`)
      ? {
          dpkg: {
            status: await readFile(join(folder, DPKG, 'status'), 'utf8'),
            files: new Set(files.join('\n').split('\n').map(mergedUsr)),
          },
        }
      : {}),
  };
}

/** A package's own manifest: others within packages set only how their files are loaded. */
const isPackage = (path: string): boolean => /(^|\/)node_modules\/(@[^/]+\/)?[^/@][^/]*\/package\.json$/.test(path);

async function manifestOf(file: string): Promise<NpmManifest> {
  const { name, version, license } = parse(await readFile(file, 'utf8'));
  if (typeof name !== 'string' || typeof version !== 'string') throw new Error(`${file} has no name and version of a package`);
  return { name, version, ...(typeof license === 'string' ? { license } : {}) };
}

/** No properties where the text is no JSON. */
function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}

async function isElf(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(ELF.length), 0, ELF.length, 0);
    return bytesRead === ELF.length && buffer.equals(ELF);
  } finally {
    await handle.close();
  }
}

/** An opaque whiteout, `.wh..wh..opq`, removes all of its folder. */
function removedBy(path: string): string {
  const name = posix.basename(path).slice(WHITEOUT.length);
  return name.startsWith(WHITEOUT) ? posix.dirname(path) : posix.join(posix.dirname(path), name);
}

/** The file system that layers add up to. Pure. */
export function mergeLayers(layers: readonly LayerFiles[]): LayerFiles {
  const npm = new Map<string, NpmManifest>();
  const go = new Map<string, GoProgram>();
  const elf = new Set<string>();
  let dpkg: LayerFiles['dpkg'];
  for (const layer of layers) {
    for (const gone of layer.removed)
      for (const found of [npm, go, elf]) for (const path of found.keys()) if (isWithin(path, gone)) found.delete(path);
    for (const [path, manifest] of layer.npm) npm.set(path, manifest);
    // A file that is replaced is no longer the program that it was.
    for (const path of layer.elf) go.delete(path);
    for (const [path, program] of layer.go) go.set(path, program);
    for (const path of layer.elf) elf.add(path);
    dpkg = layer.dpkg ?? dpkg;
  }
  return { removed: [], npm, go, elf: [...elf].sort(), ...(dpkg ? { dpkg } : {}) };
}

export const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
