import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { cached, keyOf, keyOfFiles } from '../build/cache.ts';
import { clusterPrograms, clusterProgramsKey, goModuleFolder, kindNodePrograms, tool } from '../build/programs.ts';
import { ensureHostPackages } from '../embedded/build/host-packages.ts';
import { bootstrap, debianRefresh } from '../embedded/build/root-filesystem.ts';
import { hostPackages, kindNodePackages, pins } from '../pins.ts';
import { checkout } from '../places.ts';
import { run } from '../process/run.ts';

const CONFIGURE_MS = 10 * 60_000;
const script = join(import.meta.dirname, 'node-root.sh');
const sums = ['kind', 'kind-node', 'crictl'].map((module) => join(checkout, 'packages/targets/toolchain', module, 'go.sum'));

/** The file system of kind's node without its images: Debian packages, the files of the pinned kind, and programs of the toolchain. */
export interface KindNodeRoot {
  readonly key: string;
  readonly folder: string;
}

export async function kindNodeRoot(progress: Progress): Promise<KindNodeRoot> {
  const files = await keyOfFiles([import.meta.filename, script, ...sums]);
  const key = keyOf(files, await clusterProgramsKey(), await debianRefresh(), ...kindNodePackages);
  const entry = await cached('kind-root', key, (draft) => build(join(draft, 'root'), progress), progress);
  return { key, folder: join(entry, 'root') };
}

async function build(root: string, progress: Progress): Promise<void> {
  const kind = await goModuleFolder('kind', 'sigs.k8s.io/kind', progress);
  const env = {
    ...{ ROOT: root, KIND: kind, VERSION: pins.kubernetes },
    CLUSTER: await clusterPrograms(progress),
    KUBEADM: await kindNodePrograms('kind-node', progress),
    CRICTL: await kindNodePrograms('crictl', progress),
    KUBECTL: dirname(await tool('kubectl', progress)),
  };
  await progress.step('the file system of kind’s node from Debian packages', async () => {
    await ensureHostPackages(hostPackages, progress);
    await bootstrap('minbase', kindNodePackages, root, progress);
    await run('sh', [script], { timeout: CONFIGURE_MS, env: { ...process.env, ...env } });
    await writeFile(join(root, 'kind/manifests/default-storage.yaml'), (await kindStorage(progress)).manifest);
  });
}

/** The storage that kind installs, with its images, out of kind's own source. */
export async function kindStorage(
  progress: Progress,
): Promise<{ readonly manifest: string; readonly provisioner: string; readonly helper: string }> {
  const kind = await goModuleFolder('kind', 'sigs.k8s.io/kind', progress);
  const source = await readFile(join(kind, 'pkg/build/nodeimage/const_storage.go'), 'utf8');
  const constants = new Map([...source.matchAll(/const (\w+) = "([^"]+)"/g)].map(([, name = '', value = '']) => [name, value]));
  const [, body = ''] = /const defaultStorageManifest = `([\s\S]*)`\s*$/.exec(source) ?? [];
  const manifest = body.replace(/` \+ (\w+) \+ `/g, (_, name: string) => constants.get(name) ?? '');
  return { manifest, provisioner: constants.get('storageProvisionerImage') ?? '', helper: constants.get('storageHelperImage') ?? '' };
}
