import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../places.ts';
import { exists } from '../../process/files.ts';
import type { BasedRecipe, Image } from './images.ts';
import { type Bind, runInNodeRoot } from './in-node-root.ts';
import { beginLayout, blobPath } from './oci-layout.ts';

const TIMEOUT = { timeout: 600_000 } as const;

interface StoredLayer {
  readonly id: string;
  readonly parent?: string;
  readonly 'diff-digest': string;
}

export const storageFolder = (): string => join(cacheFolder(), 'buildah');

/** buildah and its storage, which lies in the cache; the context and a folder for what it writes are mounted. */
export class Buildah {
  readonly #root: string;
  readonly #binds: readonly Bind[];
  readonly #output: string;

  constructor(root: string, context: string, output: string) {
    this.#root = root;
    this.#output = output;
    this.#binds = [
      { host: context, inside: '/context' },
      { host: output, inside: '/output' },
      { host: storageFolder(), inside: '/storage' },
    ];
  }

  /** Builds the image and makes `output` an OCI layout of it. */
  async build({ dockerfile, base }: BasedRecipe, tag: string): Promise<void> {
    await mkdir(storageFolder(), { recursive: true });
    await writeFile(join(this.#output, 'Dockerfile'), dockerfile);
    if (base) await this.#ensureInStorage(base);
    // A fixed time makes the digest depend only on the content.
    const flags = ['--isolation=chroot', '--layers', '--pull-never', '--timestamp=0', '--quiet'];
    const argument = base ? [`--build-arg=BASE=${base.tag}`] : [];
    await this.#buildah('bud', ...flags, ...argument, `--tag=${tag}`, '--file=/output/Dockerfile', '/context');
    await this.#writeLayout(tag, base?.layout);
  }

  /** Writes the image, under a name, into `output` as the archive that `docker load` of every release reads. */
  async writeArchive(image: Image, name: string): Promise<void> {
    await this.#ensureInStorage(image);
    await this.#buildah('push', '--quiet', image.tag, `docker-archive:/output/${image.name}.tar:${name}`);
  }

  /** Forgets images; some need not be there. */
  async forget(tags: readonly string[]): Promise<void> {
    if (tags.length > 0) await this.#buildah('rmi', '--force', ...tags).catch(() => {});
  }

  /**
   * Takes the image out of the storage as it lies there. `buildah push` would compress every layer again, those of the base
   * too: seconds at each edit, for images that never leave this machine. Layers of the base's layout are shared with it.
   */
  async #writeLayout(tag: string, base: string | undefined): Promise<void> {
    await rm(join(this.#output, 'blobs'), { recursive: true, force: true });
    const draft = join(this.#output, 'manifest');
    await this.#storage('get-image-data', '--file=/output/manifest', tag, 'manifest');
    const { config, layers } = await beginLayout(this.#output, await readFile(draft), tag);
    await rm(draft);
    await this.#storage('get-image-data', `--file=/output/${blobPath(config.digest)}`, tag, config.digest);
    const stored = await this.#layersOf(tag);
    for (const { digest } of layers) {
      const file = join(this.#output, blobPath(digest));
      if (await exists(file)) continue;
      const shared = base && join(base, blobPath(digest));
      if (shared && (await exists(shared))) await link(shared, file);
      else await this.#storage('diff', '--uncompressed', `--file=/output/${blobPath(digest)}`, stored.get(digest) ?? digest);
    }
  }

  /** The storage's names of an image's layers, by digest. */
  async #layersOf(tag: string): Promise<ReadonlyMap<string, string>> {
    const [image] = JSON.parse(await this.#storage('image', '--json', tag)) as { layer: string }[];
    const all = JSON.parse(await this.#storage('layers', '--json')) as StoredLayer[];
    const byId = new Map(all.map((layer) => [layer.id, layer]));
    const found = new Map<string, string>();
    for (let layer = byId.get(image?.layer ?? ''); layer; layer = byId.get(layer.parent ?? '')) found.set(layer['diff-digest'], layer.id);
    return found;
  }

  /** The base comes back from its layout where the storage was emptied. */
  async #ensureInStorage(base: Image): Promise<void> {
    const known = await this.#buildah('images', '--quiet', base.tag).catch(() => '');
    if (known.trim() !== '') return;
    const fromLayout = new Buildah(this.#root, base.layout, this.#output);
    const id = (await fromLayout.#buildah('pull', '--quiet', 'oci:/context')).trim();
    await this.#buildah('tag', id, base.tag);
  }

  #buildah(...args: string[]): Promise<string> {
    const command = ['buildah', '--root=/storage', '--runroot=/run/buildah', '--storage-driver=overlay', ...args];
    return runInNodeRoot(this.#root, this.#binds, command, TIMEOUT);
  }

  #storage(command: string, ...args: string[]): Promise<string> {
    const place = ['--graph=/storage', '--run=/run/buildah', '--storage-driver=overlay'];
    return runInNodeRoot(this.#root, this.#binds, ['containers-storage', command, ...place, ...args], TIMEOUT);
  }
}
