import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a file of an image is called by: https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:…` */
  readonly digest: string;
  readonly size: number;
}

/** https://github.com/opencontainers/image-spec/blob/main/manifest.md */
export interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** The type of an image's manifest. */
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** Where a blob lies in a layout, relative to its folder. */
export const blobPath = (digest: string): string => join('blobs', digest.replace(':', '/'));

/** Makes the folder a layout of one image, whose other blobs are still to come. https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
export async function beginLayout(layout: string, manifest: Buffer, tag: string): Promise<Manifest> {
  const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
  const entry = { mediaType: MANIFEST, digest, size: manifest.length, annotations: { 'org.opencontainers.image.ref.name': tag } };
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true });
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  await writeFile(join(layout, blobPath(digest)), manifest);
  return JSON.parse(manifest.toString()) as Manifest;
}

/** The digest of the one image of a layout. */
export async function imageOf(layout: string): Promise<string> {
  const { manifests } = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as { manifests: Descriptor[] };
  const [image] = manifests;
  if (!image) throw new Error(`${layout} contains no image`);
  return image.digest;
}

/** The files of a layout that a container runtime still needs which has some of the layers already. */
export async function filesToGive(layout: string, held: ReadonlySet<string>): Promise<readonly string[]> {
  const digest = await imageOf(layout);
  const { config, layers } = JSON.parse(await readFile(join(layout, blobPath(digest)), 'utf8')) as Manifest;
  const missing = layers.map((layer) => layer.digest).filter((layer) => !held.has(layer));
  return ['oci-layout', 'index.json', ...new Set([digest, config.digest, ...missing].map(blobPath))];
}
