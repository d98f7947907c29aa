import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { checkout } from '@mesh-platform/targets';

/** The part of package-lock.json (version 3) that lists the installed packages and their paths. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** The lock file of this checkout. */
export const readLock = async (): Promise<LockFile> => JSON.parse(await readFile(join(checkout, 'package-lock.json'), 'utf8')) as LockFile;

/** The production dependencies of a workspace. */
export interface Closure {
  /** Folders of third-party packages, relative to the root, with where each belongs in the image. */
  readonly packages: readonly { readonly source: string; readonly destination: string; readonly integrity: string }[];
  /** Folders of workspace packages, relative to the root, with their names; the workspace itself is not among them. */
  readonly workspaces: readonly { readonly source: string; readonly name: string }[];
}

/** Follows `dependencies`, required peers and what optional ones are installed, as Node.js resolves them. */
export function productionClosure(lock: LockFile, workspace: string): Closure {
  const packages = new Map<string, { source: string; destination: string; integrity: string }>();
  const workspaces = new Map<string, { source: string; name: string }>();
  const destinations = new Map([[workspace, '']]);
  const queue = [workspace];
  for (let from = queue.shift(); from !== undefined; from = queue.shift()) {
    for (const { name, required } of dependenciesOf(lock.packages[from] ?? {})) {
      const found = resolve(lock, from, name);
      if (!found) {
        if (required) throw new Error(`package-lock.json has no ${name} for ${from}`);
        continue;
      }
      const entry = lock.packages[found] ?? {};
      const source = entry.link ? (entry.resolved ?? found) : found;
      if (destinations.has(source)) continue;
      const destination = entry.link ? `node_modules/${name}` : destinationOf(source, destinations);
      const other = [...destinations].find(([, taken]) => taken === destination)?.[0];
      if (other) throw new Error(`${other} and ${source} would both be ${destination} of the image; let both be of one version`);
      destinations.set(source, destination);
      if (entry.link) workspaces.set(source, { source, name });
      else packages.set(source, { source, destination, integrity: entry.integrity ?? entry.version ?? '' });
      queue.push(source);
    }
  }
  return { packages: [...packages.values()].sort((a, b) => (a.source < b.source ? -1 : 1)), workspaces: [...workspaces.values()] };
}

function dependenciesOf(entry: LockedPackage): { name: string; required: boolean }[] {
  const optionalPeers = entry.peerDependenciesMeta ?? {};
  return [
    ...Object.keys(entry.dependencies ?? {}).map((name) => ({ name, required: entry.optionalDependencies?.[name] === undefined })),
    ...Object.keys(entry.optionalDependencies ?? {}).map((name) => ({ name, required: false })),
    ...Object.keys(entry.peerDependencies ?? {})
      .filter((name) => !optionalPeers[name]?.optional)
      .map((name) => ({ name, required: false })),
  ];
}

/** Looks in node_modules of each folder from `from` upwards. */
function resolve(lock: LockFile, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    const candidate = folder === '.' || folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock.packages[candidate]) return candidate;
    if (folder === '.' || folder === '') return undefined;
  }
}

/** A package keeps its place relative to the workspace or package whose node_modules contains it. */
function destinationOf(source: string, destinations: ReadonlyMap<string, string>): string {
  const owner = source.slice(0, source.lastIndexOf('/node_modules/'));
  const own = source.slice(source.lastIndexOf('node_modules/'));
  const base = source.includes('/node_modules/') ? (destinations.get(owner) ?? owner) : '';
  return base === '' ? own : `${base}/${own}`;
}
