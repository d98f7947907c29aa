import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { cacheFolder } from '../../places.ts';
import { withLock } from '../../process/lock.ts';
import { CommandError } from '../../process/run.ts';
import { cached, DRAFT, entryFolder, keyOf, lastUse } from './cache.ts';
import { type Bind, runInNodeRoot } from './in-node-root.ts';

const registry = 'localhost/mesh-platform';
/** Archives that the cache keeps of one image: the last few edits, so that going back to one is free. */
const KEPT_ARCHIVES = 4;
/** Another checkout may have asked for one and not yet imported it. */
const IN_USE_MS = 15 * 60_000;

/** An image that lies in the cache as an OCI archive. */
export interface Image {
  readonly name: string;
  /** `localhost/mesh-platform/NAME@sha256:…`: what a pod names. */
  readonly reference: string;
  /** `localhost/mesh-platform/NAME:KEY`: what another Dockerfile's FROM names. */
  readonly tag: string;
  readonly archive: string;
}

/** How an image is made: a Dockerfile and the files that it copies. */
export interface ImageRecipe {
  readonly name: string;
  readonly dockerfile: string;
  /** Changes when a file of the context does. */
  readonly contextKey: string;
  /** Fills the folder that the Dockerfile copies from. Called only if the image is not in the cache. */
  readonly stage: (context: string) => Promise<void>;
  /** What the Dockerfile's argument BASE stands for. */
  readonly base?: Image;
}

/** The image, built with buildah where the cache lacks it. */
export async function buildImage(recipe: ImageRecipe, root: Promise<string>, progress: Progress): Promise<Image> {
  const { name, dockerfile, contextKey, base } = recipe;
  const key = keyOf(name, dockerfile, contextKey, base?.reference ?? '');
  const tag = `${registry}/${name}:${key}`;
  const folder = await cached(
    `images/${name}`,
    key,
    async (draft) => {
      const context = join(draft, 'context');
      await mkdir(context);
      await recipe.stage(context);
      const nodeRoot = await root;
      // One at a time: each build may use both the processor and the disk fully.
      await withLock('buildah', { timeout: 600_000 }, () =>
        progress.step(`image ${name}`, () => mendingStorage(progress, () => new Build(nodeRoot, context, draft).run(recipe, tag))),
      );
      await rm(context, { recursive: true });
    },
    progress,
  );
  const digest = (await readFile(join(folder, 'digest'), 'utf8')).trim();
  return { name, reference: `${registry}/${name}@${digest}`, tag, archive: join(folder, 'image.tar') };
}

/** What buildah says of storage that a kill or a full disk left damaged. */
const DAMAGED =
  /(layer|image|container) not known|incomplete layer|unexpected EOF|unexpected end of JSON|invalid character|structure needs cleaning/i;

/** Everything in buildah's storage can be made again, so damaged storage is emptied, once. */
async function mendingStorage(progress: Progress, build: () => Promise<void>): Promise<void> {
  try {
    await build();
  } catch (error) {
    if (!(error instanceof CommandError && DAMAGED.test(error.output))) throw error;
    progress.say('mended: the storage that images are built in was damaged; it is made anew');
    await rm(join(cacheFolder(), 'buildah'), { recursive: true, force: true });
    await build();
  }
}

/** One run of buildah, with its storage in the cache and its context mounted. */
class Build {
  readonly #root: string;
  readonly #binds: readonly Bind[];
  readonly #output: string;

  constructor(root: string, context: string, output: string) {
    this.#root = root;
    this.#output = output;
    this.#binds = [
      { host: context, inside: '/context' },
      { host: output, inside: '/output' },
      { host: join(cacheFolder(), 'buildah'), inside: '/storage' },
    ];
  }

  async run({ name, dockerfile, base }: ImageRecipe, tag: string): Promise<void> {
    await mkdir(join(cacheFolder(), 'buildah'), { recursive: true });
    await writeFile(join(this.#output, 'Dockerfile'), dockerfile);
    if (base) await this.#ensureInStorage(base);
    // A fixed time makes the digest depend on the content alone.
    const flags = ['--isolation=chroot', '--layers', '--pull-never', '--timestamp=0', '--quiet'];
    await this.#buildah(
      'bud',
      ...flags,
      ...(base ? [`--build-arg=BASE=${base.tag}`] : []),
      `--tag=${tag}`,
      '--file=/output/Dockerfile',
      '/context',
    );
    await this.#buildah('push', '--quiet', '--digestfile=/output/digest', tag, `oci-archive:/output/image.tar:${tag}`);
    await this.#forgetOld(name);
  }

  #buildah(...args: string[]): Promise<string> {
    return runInNodeRoot(
      this.#root,
      this.#binds,
      ['buildah', '--root=/storage', '--runroot=/run/buildah', '--storage-driver=overlay', ...args],
      {
        timeout: 600_000,
      },
    );
  }

  /** The base comes back from its archive where buildah's storage was emptied. */
  async #ensureInStorage(base: Image): Promise<void> {
    const known = await this.#buildah('images', '--quiet', base.tag).catch(() => '');
    if (known.trim() !== '') return;
    const fromArchive = new Build(this.#root, join(base.archive, '..'), this.#output);
    const id = (await fromArchive.#buildah('pull', '--quiet', 'oci-archive:/context/image.tar')).trim();
    await fromArchive.#buildah('tag', id, base.tag);
  }

  /** An edit a minute would fill the disk with images that nobody runs. */
  async #forgetOld(name: string): Promise<void> {
    const folder = entryFolder('images', name);
    const keys = (await readdir(folder)).filter((key) => !key.includes(DRAFT));
    const dated = await Promise.all(keys.map(async (key) => ({ key, time: (await lastUse(join(folder, key))) ?? 0 })));
    const old = dated
      .sort((a, b) => b.time - a.time)
      .slice(KEPT_ARCHIVES - 1)
      .filter(({ time }) => time < Date.now() - IN_USE_MS);
    for (const { key } of old) {
      await this.#buildah('rmi', '--force', `${registry}/${name}:${key}`).catch(() => {}); // the storage may not know it any more
      await rm(join(folder, key), { recursive: true, force: true });
    }
  }
}
