import { cp, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { cached, keyOf } from '../../build/cache.ts';
import { cacheFolder } from '../../places.ts';
import { linkTree } from '../../process/files.ts';
import type { Image } from './images.ts';
import { runInNodeRoot } from './in-node-root.ts';

/** The databases of containerd: the only files of a store that are ever written again. */
const databases = ['io.containerd.metadata.v1.bolt/meta.db', 'io.containerd.snapshotter.v1.overlayfs/metadata.db'];

// A containerd of its own imports the images and ends; the command's mount namespace takes its mounts with it.
const script = `
set -eu
printf 'version = 2\\nroot = "/storage"\\nstate = "/run/containerd"\\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\\n' >/run/containerd.toml
containerd --config /run/containerd.toml >/run/containerd.log 2>&1 &
containerd=$!
while [ $# -gt 0 ]; do
  cd "/context/$2"
  missing=$(for blob in blobs/sha256/*; do [ -e "/storage/io.containerd.content.v1.content/$blob" ] || echo "$blob"; done)
  tar -cf - oci-layout index.json $missing | ctr --namespace k8s.io images import --digests --base-name "$1" - >/dev/null
  shift 2
done
kill "$containerd"
wait "$containerd" || true
`;

/** A containerd store with the images unpacked. Unpacking is most of a first start, so it is done once for all instances. */
export function imageStore(images: readonly Image[], root: string, progress: Progress): Promise<string> {
  const layouts = join(cacheFolder(), 'images');
  const args = images.flatMap(({ reference, layout }) => [reference.slice(0, reference.indexOf('@')), relative(layouts, layout)]);
  return cached(
    'image-stores',
    keyOf(script, ...images.map(({ reference }) => reference)),
    (folder) =>
      progress.step('images unpacked', async () => {
        await mkdir(join(folder, 'store'));
        const binds = [
          { host: join(folder, 'store'), inside: '/storage' },
          { host: layouts, inside: '/context' },
        ] as const;
        await runInNodeRoot(root, binds, ['sh', '-c', script, 'sh', ...args], { timeout: 300_000 });
      }),
    progress,
  );
}

/**
 * Gives an instance a store of its own. Blobs and unpacked files are never written again, so they are shared as hard links
 * where the file system allows it.
 */
export async function cloneImageStore(entry: string, destination: string): Promise<void> {
  const store = join(entry, 'store');
  const draft = `${destination}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(dirname(destination), { recursive: true });
  await linkTree(store, draft);
  for (const file of databases) {
    await rm(join(draft, file));
    await cp(join(store, file), join(draft, file), { preserveTimestamps: true });
  }
  await rename(draft, destination);
}

/** Of a bolt database: https://github.com/etcd-io/bbolt/blob/main/internal/common/types.go */
const BOLT_MAGIC = 0xed0cdaed;
const BOLT_PAGE_BYTES = 4096;
const BOLT_HEADER_BYTES = 16;

/** Whether the folder has containerd's databases, and they are databases. What a crash cut short is none. */
export async function isImageStore(folder: string): Promise<boolean> {
  const starts = await Promise.all(databases.map((file) => beginningOf(join(folder, file))));
  // Each of the first two pages describes the database; the last one that was written whole counts.
  const pages = [0, BOLT_PAGE_BYTES].map((page) => page + BOLT_HEADER_BYTES);
  return starts.every((bytes) => pages.some((at) => bytes.length >= 4 * BOLT_PAGE_BYTES && bytes.readUInt32LE(at) === BOLT_MAGIC));
}

async function beginningOf(file: string): Promise<Buffer> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return Buffer.alloc(0);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4 * BOLT_PAGE_BYTES), 0).finally(() => handle.close());
  return buffer.subarray(0, bytesRead);
}
