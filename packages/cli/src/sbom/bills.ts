import { type Progress, UsageError } from '@mesh-platform/kubernetes';
import {
  type BuiltFileSystem,
  type BuiltLayer,
  buildForEmbedded,
  builtFileSystems,
  goProgram,
  imageLayers,
  pins,
} from '@mesh-platform/targets';
import { thirdParty } from '../licences/third-party.ts';
import { buildServices } from '../services/build.ts';
import { readLock } from '../services/production-closure.ts';
import { serviceImage } from '../services/service-image.ts';
import { versionsOf } from '../services/service-versions.ts';
import { localEnvironment } from '../services/topology.ts';
import type { Subject } from './cyclonedx.ts';
import { type LayerFiles, layerFiles, mergeLayers } from './layer-files.ts';
import type { Part } from './part.ts';
import { partsOf, type Sources } from './parts.ts';
import { pinnedPrograms } from './pinned-programs.ts';

/** A file system, its contents and their sources. */
export interface Bill {
  readonly subject: Subject;
  readonly files: LayerFiles;
  readonly parts: readonly Part[];
}

/** The bills of the file systems of these names; of all where there are none. Builds what the cache is missing. */
export async function billsOf(names: readonly string[], progress: Progress): Promise<readonly Bill[]> {
  const all = await allFileSystems(progress);
  const unknown = names.find((name) => !all.some((one) => one.name === name));
  if (unknown) throw new UsageError(`there is no image '${unknown}'`, `name one of: ${all.map(({ name }) => name).join(', ')}`);
  const chosen = names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
  return readBills(chosen, await sources(), await goProgram(progress));
}

async function allFileSystems(progress: Progress): Promise<readonly BuiltFileSystem[]> {
  const { mesh } = (await localEnvironment()).environment;
  await buildServices(progress);
  const found = [...(await builtFileSystems(progress))];
  for (const version of versionsOf(mesh)) found.push(await imageLayers(await buildForEmbedded(await serviceImage(version), progress)));
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The lock files and the list of licences of this checkout. */
export async function sources(): Promise<Sources> {
  const lock = await readLock();
  return { lock, pinned: await pinnedPrograms(lock), goLicenses: (await thirdParty()).go, distribution: pins.debian };
}

/** One after the other: an unpacked layer takes up to 130 MB of the disk. A layer that several images share is read once. */
export async function readBills(fileSystems: readonly BuiltFileSystem[], from: Sources, go: string): Promise<readonly Bill[]> {
  const read = new Map<string, LayerFiles>();
  const filesOf = async (layer: BuiltLayer): Promise<LayerFiles> => {
    const key = 'archive' in layer ? layer.archive : layer.folder;
    const known = read.get(key) ?? (await layerFiles(layer, go));
    read.set(key, known);
    return known;
  };
  const bills: Bill[] = [];
  for (const { name, digest, layers } of fileSystems) {
    const found: LayerFiles[] = [];
    for (const layer of layers) found.push(await filesOf(layer));
    const files = mergeLayers(found);
    bills.push({ subject: { name, ...(digest ? { digest } : {}) }, files, parts: partsOf(name, files, from) });
  }
  return bills;
}
