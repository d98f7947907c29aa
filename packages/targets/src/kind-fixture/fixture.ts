import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '@mesh-platform/kubernetes';
import { cached, keyOf, keyOfFiles } from '../build/cache.ts';
import { clusterPrograms, goModuleFolder, kindNodePrograms } from '../build/programs.ts';
import { type ClusterImages, clusterImages } from '../embedded/build/cluster-images.ts';
import { type Image, writeImageArchive } from '../embedded/build/images.ts';
import { nodeRoot } from '../embedded/build/root-filesystem.ts';
import { ISTIO_HUB, pulledImages } from '../image-sources.ts';
import { postgresRecipe } from '../kind/kind-images.ts';
import { pins } from '../pins.ts';
import { run } from '../process/run.ts';
import { OwnEngine } from './engine.ts';
import { kindNodeRoot, kindStorage } from './node-root.ts';

const BUILD_MS = 20 * 60_000;
const script = join(import.meta.dirname, 'node-image.sh');

/** The name of the node image that stands for `kindest/node`. */
export const NODE_IMAGE = `localhost/mesh-platform-kind/node:v${pins.kubernetes}`;

/**
 * An archive for `docker load` of what a registry would give: kind's node image, which contains Istio's images, and the bases of the services and of Postgres.
 * Everything in it is from pinned packages. `dockerfile` is one of a service's.
 */
export async function kindFixture(dockerfile: string, progress: Progress): Promise<string> {
  const builder = nodeRoot(progress);
  const images = await clusterImages(builder, progress);
  const root = await kindNodeRoot(progress);
  const sources = await keyOfFiles([script, import.meta.filename]);
  const references = Object.values<Image>({ ...images }).map(({ reference }) => reference);
  const parts: Parts = { dockerfile, images, root: root.folder, builder: await builder };
  const key = keyOf(sources, root.key, dockerfile, ...references);
  return join(await cached('kind-fixture', key, (draft) => build(draft, parts, progress), progress), 'images.tar');
}

interface Parts {
  readonly dockerfile: string;
  readonly images: ClusterImages;
  /** The file system of kind's node, and the one that has buildah. */
  readonly root: string;
  readonly builder: string;
}

async function build(draft: string, { dockerfile, images, root, builder }: Parts, progress: Progress): Promise<void> {
  const work = join(draft, 'work');
  await mkdir(work);
  const env = await nodeImageSettings(root, work, progress);
  const engine = await OwnEngine.start(progress);
  try {
    await progress.step('the images of a registry', () => loadImages(engine, work, dockerfile, images, builder));
    await progress.step('the image of kind’s node', () =>
      run('sh', [script], { timeout: BUILD_MS, env: { ...process.env, ...engine.variables, ...env } }),
    );
    const kept = [NODE_IMAGE, ...(await bases(dockerfile))];
    await progress.step('the archive of the images', () => engine.docker('save', '--output', join(draft, 'images.tar'), ...kept));
  } finally {
    await engine.stop();
    await rm(work, { recursive: true, force: true });
  }
}

/** What `node-image.sh` reads: folders of programs, and the tags that kubeadm and kind's containerd expect. */
async function nodeImageSettings(root: string, work: string, progress: Progress): Promise<NodeJS.ProcessEnv> {
  const kubernetes = await goModuleFolder('kind-node', 'k8s.io/kubernetes', progress);
  const constants = await readFile(join(kubernetes, 'cmd/kubeadm/app/constants/constants.go'), 'utf8');
  const containerd = await readFile(join(root, 'etc/containerd/config.toml'), 'utf8');
  const { provisioner, helper } = await kindStorage(progress);
  return {
    ...{ ROOT: root, WORK: work, IMAGE: NODE_IMAGE, VERSION: pins.kubernetes },
    CLUSTER: await clusterPrograms(progress),
    COREDNS: await kindNodePrograms('kind-node', progress),
    PROVISIONER: await kindNodePrograms('local-path-provisioner', progress),
    ETCD: valueIn(constants, /\bDefaultEtcdVersion = "([^"]+)"/),
    DNS: valueIn(constants, /\bCoreDNSVersion = "([^"]+)"/),
    PAUSE: valueIn(containerd, /pause:([\d.]+)/),
    ...{ STORAGE: provisioner, HELPER: helper, ISTIO: Object.values(istioImages()).join(' ') },
  };
}

function valueIn(source: string, pattern: RegExp): string {
  const value = pattern.exec(source)?.[1];
  if (value === undefined) throw new Error(`a pinned source has nothing that matches ${pattern}`);
  return value;
}

/** Istio's images by the name of those that this repository builds in their place. */
const istioImages = (): Readonly<Record<'pilot' | 'proxyv2' | 'install-cni', string>> => ({
  pilot: `${ISTIO_HUB}/pilot:${pins.istio}`,
  proxyv2: `${ISTIO_HUB}/proxyv2:${pins.istio}`,
  'install-cni': `${ISTIO_HUB}/install-cni:${pins.istio}`,
});

/** The default bases of the services and of Postgres. */
async function bases(dockerfile: string): Promise<readonly string[]> {
  const { base } = pulledImages({}, {});
  const postgres = await postgresRecipe();
  return [base('', dockerfile), base(postgres.name, postgres.dockerfile)].map((image) => image ?? '');
}

/** Loads the images of this repository under the names of those that a registry has, changed to what those are. */
async function loadImages(engine: OwnEngine, work: string, dockerfile: string, images: ClusterImages, builder: string): Promise<void> {
  const [node = '', postgres = ''] = await bases(dockerfile);
  const names = { ...istioImages(), node, postgres };
  for (const [name, reference] of Object.entries(names)) {
    const own = `fixture/${name}:1`;
    await writeImageArchive(images[name as keyof typeof names], own, work, builder);
    await engine.docker('load', '--quiet', '--input', join(work, `${name}.tar`));
    await rm(join(work, `${name}.tar`));
    const folder = join(work, 'context');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'Dockerfile'), `FROM ${own}\n${CHANGES[name] ?? ''}`);
    await engine.docker('buildx', 'build', '--load', '--quiet', '--provenance=false', '--tag', reference, folder);
  }
}

/** What the images of a registry have and those of this repository have not. */
const CHANGES: Readonly<Record<string, string>> = {
  // Its account has the number already that the Dockerfile of the services' Postgres gives it.
  postgres:
    'USER 0\nRUN mkdir -p /usr/lib/postgresql && mv /usr/local/pgsql /usr/lib/postgresql/18 && for name in usermod groupmod; do ln -s /bin/true /usr/sbin/$name; done\n',
  // Upstream Envoy has none of Istio's filters: the same settings as in infra/istio/local/operator.yaml.
  pilot: 'ENV PILOT_ENABLE_ALPN_FILTER=false PILOT_ENABLE_METADATA_EXCHANGE=false\n',
};
