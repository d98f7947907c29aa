import { posix } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes';
import type { LockedPackage, LockFile } from '../services/production-closure.ts';
import { debianPackagesOf, mergedUsr } from './debian-packages.ts';
import { isWithin, type LayerFiles } from './layer-files.ts';
import { goPurl, hashOf, npmPurl, type Part, purl, referenceOf } from './part.ts';
import type { PinnedProgram } from './pinned-programs.ts';

/** The sources that name the origin of each part of a file system. */
export interface Sources {
  readonly lock: LockFile;
  readonly pinned: readonly PinnedProgram[];
  /** SPDX identifiers by Go module: a program does not name the licences of its modules. */
  readonly goLicenses: Readonly<Record<string, { readonly license: string }>>;
  /** The Debian suite: `bookworm`. */
  readonly distribution: string;
}

/** Of the Go programs of this repository: only their module has no version. */
const OWN_LICENSE = 'Apache-2.0';

/** Everything that a file system contains, sorted. Throws PlatformError for a package or a program whose origin is unknown. */
export function partsOf(name: string, files: LayerFiles, sources: Sources): readonly Part[] {
  const unknown = files.elf.filter((path) => !isExplained(path, files, sources));
  if (unknown.length > 0)
    throw new PlatformError(
      `${name} contains programs of unknown origin: ${unknown.join(', ')}`,
      'copy only what a package manager pins, or add the program to packages/cli/src/sbom/pinned-programs.ts',
    );
  const parts = [
    ...debianParts(files, sources),
    ...npmParts(name, files, sources),
    ...goParts(files, sources),
    ...pinnedParts(files, sources),
  ];
  return merged(parts);
}

function isExplained(path: string, { npm, go, dpkg }: LayerFiles, { pinned }: Sources): boolean {
  return (
    dpkg?.files.has(mergedUsr(path)) ||
    [...npm.keys()].some((folder) => isWithin(path, folder)) ||
    (go.get(path)?.modules.length ?? 0) > 0 ||
    pinned.some(({ place }) => isOf(path, place))
  );
}

const isOf = (path: string, place: string): boolean => path === place || (place.endsWith('/') && path.startsWith(place));

const debianParts = ({ dpkg }: LayerFiles, { distribution }: Sources): Part[] =>
  debianPackagesOf(dpkg?.status ?? '').map(({ name, version, architecture, source }) => ({
    type: 'library',
    name,
    version,
    purl: purl('deb', 'debian', name, version, { arch: architecture, distro: distribution, ...(source ? { upstream: source } : {}) }),
    paths: [],
  }));

function npmParts(image: string, { npm }: LayerFiles, { lock }: Sources): Part[] {
  const locked = new Map<string, LockedPackage>();
  for (const [path, entry] of Object.entries(lock.packages)) {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (!path.includes('node_modules/')) continue;
    const target = entry.link ? lock.packages[entry.resolved ?? ''] : entry;
    if (target?.version) locked.set(npmPurl(name, target.version), target);
  }
  return [...npm].map(([path, { name, version, license }]) => {
    const reference = npmPurl(name, version);
    const entry = locked.get(reference);
    if (!entry)
      throw new PlatformError(
        `${image} contains the npm package ${name} ${version}, which package-lock.json does not have`,
        `remove ${path}, or add the package to a package.json and update the lock file`,
      );
    return { type: 'library', name, version, purl: reference, license, hash: hashOf(entry.integrity), paths: [path] };
  });
}

/** A program, its modules and the standard library of the Go that compiled it. */
function goParts({ go, dpkg }: LayerFiles, { goLicenses }: Sources): Part[] {
  return [...go].flatMap(([path, program]) => {
    if (dpkg?.files.has(mergedUsr(path))) return []; // its Debian package stands for it
    const modules = program.modules.map(({ path: module, version, sum }): Part => {
      const reference = goPurl(module, version);
      return {
        type: 'library',
        name: module,
        version,
        purl: reference,
        license: version ? goLicenses[module]?.license : OWN_LICENSE,
        hash: hashOf(sum),
        paths: [],
      };
    });
    const standard: Part = {
      type: 'library',
      name: 'stdlib',
      version: program.go,
      purl: goPurl('stdlib', program.go),
      license: 'BSD-3-Clause',
      paths: [],
    };
    const linked = [...modules, standard];
    return [{ type: 'application', name: posix.basename(path), paths: [path], uses: linked.map(referenceOf) }, ...linked];
  });
}

/** The pinned programs that a file system contains, and the shared libraries in the folder of each. */
function pinnedParts({ elf }: LayerFiles, { pinned }: Sources): Part[] {
  return pinned.flatMap(({ place, part }) => {
    const own = elf.filter((path) => isOf(path, place));
    if (own.length === 0) return [];
    const libraries = own
      .filter((path) => posix.dirname(path) === `${place}lib`)
      .map((path): Part => ({ type: 'file', name: posix.basename(path), paths: [path] }));
    return [{ ...part, paths: [place], ...(libraries.length > 0 ? { uses: libraries.map(referenceOf) } : {}) }, ...libraries];
  });
}

/** One part for each reference: a package lies in several places, and several programs are linked from one module. */
function merged(parts: readonly Part[]): readonly Part[] {
  const byReference = new Map<string, Part>();
  for (const part of parts) {
    const reference = referenceOf(part);
    const known = byReference.get(reference);
    byReference.set(reference, known ? { ...known, paths: [...new Set([...known.paths, ...part.paths])].sort() } : part);
  }
  return [...byReference].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}
