import { readdir } from 'node:fs/promises';
import { readManifest } from '@mesh-platform/kubernetes/manifests';
import type { MeshObject } from '../../src/object.ts';

/** An object that a rule rejects or accepts. */
export interface Fixture {
  /** `virtual-service-hosts.yaml: host-full` */
  readonly title: string;
  readonly object: MeshObject;
  /** Codes of what is found in it, in order; none in an object that is right. */
  readonly finds: readonly string[];
}

const folder = (name: string) => new URL(`../fixtures/${name}/`, import.meta.url);

/** The objects of the YAML files of a folder of fixtures; annotations contain the title and the expected findings of each. */
export async function fixtures(name: string): Promise<readonly Fixture[]> {
  const files = (await readdir(folder(name))).sort();
  return (await Promise.all(files.map((file) => fixturesOf(name, file)))).flat();
}

async function fixturesOf(name: string, file: string): Promise<readonly Fixture[]> {
  const objects = await readManifest(new URL(file, folder(name)).pathname);
  return objects.map((object) => ({
    title: `${file}: ${object.metadata?.name}`,
    object: object as MeshObject,
    finds: object.metadata?.annotations?.['mesh.platform/finds']?.split(',') ?? [],
  }));
}
