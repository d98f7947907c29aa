import { rm, rmdir } from 'node:fs/promises';
import { type ImageReferences, type Progress, runSteps, type Step } from '@mesh-platform/kubernetes';
import { clusterPrograms } from '../build/programs.ts';
import { pruneCache } from '../build/prune.ts';
import { cacheFolder, stateFolder } from '../places.ts';
import { mindingDisks } from '../process/disk-full.ts';
import { exists } from '../process/files.ts';
import { programOf } from '../process/listeners.ts';
import { removeStaleLocks, withLock } from '../process/lock.ts';
import {
  type DownOptions,
  type Finding,
  type ImageRecipe,
  type RunningTarget,
  type Started,
  type Target,
  validateInstanceName,
} from '../target.ts';
import { type ClusterImages, clusterImages } from './build/cluster-images.ts';
import { imageStore } from './build/image-store.ts';
import { buildImage, type Image } from './build/images.ts';
import { cachedDebianAge, nodeRoot, refreshDebian } from './build/root-filesystem.ts';
import { Containerd } from './containerd.ts';
import { claimLock, ensureInstance, findInstance, type Instance, keyOfInstance } from './instance.ts';
import { installIstio } from './istio.ts';
import { kubeconfigFile, writeKubeconfig } from './kubeconfig.ts';
import { nodeStatus } from './node/control.ts';
import { ensureNode, type NodeParts, type StartedNode, stopNode } from './node/lifecycle.ts';
import { plannedTimeoutFactor, scratchFolder } from './node/plan.ts';
import { fitsMachine, inspectMachine, requireMachine } from './preflight.ts';
import { importImages, runningEmbedded } from './running-embedded.ts';
import { type Unpacking, unpackImages } from './unpack-images.ts';

const AN_HOUR = 60 * 60_000;

/** A real Kubernetes node with a real Istio in namespaces of its own, built only from packages. Linux x86-64, root. */
export class EmbeddedTarget implements Target {
  readonly name = 'embedded';
  readonly #instanceName: string;
  readonly #namespace: string;

  /** `namespace` is the platform's: only its claim gets Postgres' volume, and the kubeconfig uses it by default. */
  constructor(instanceName: string, { namespace }: { readonly namespace: string }) {
    validateInstanceName(instanceName);
    this.#instanceName = instanceName;
    this.#namespace = namespace;
  }

  inspect(): Promise<readonly Finding[]> {
    return inspectMachine(this.#instanceName);
  }

  /** Whether it is for this machine and this user at all; `inspect` looks at the rest. */
  fits(): boolean {
    return fitsMachine();
  }

  async find(): Promise<RunningTarget | undefined> {
    const instance = await findInstance(this.#instanceName);
    const status = instance && (await nodeStatus(instance));
    if (!instance || status?.phase !== 'running' || !status.init) return undefined;
    // Written when the API server first answered: until then no client can use the cluster.
    return (await exists(kubeconfigFile(instance))) ? runningEmbedded(instance, status.init) : undefined;
  }

  async timeoutFactor(): Promise<number | undefined> {
    const instance = await findInstance(this.#instanceName);
    return instance && plannedTimeoutFactor(instance);
  }

  async withLock<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
    if (!this.fits()) await requireMachine(this.#instanceName); // before the lock, which such a user cannot take
    const onWait = (pid: number) =>
      void programOf(pid).then((program) =>
        progress.print(`waiting for process ${pid} (${program}), which works on '${this.#instanceName}'`),
      );
    const minded = () => mindingDisks([cacheFolder(), stateFolder()], work);
    return withLock(`up/${keyOfInstance(this.#instanceName)}`, { timeout: AN_HOUR, onWait }, minded);
  }

  refresh(progress: Progress): Promise<void> {
    return refreshDebian(progress);
  }

  async up(services: () => Promise<readonly ImageRecipe[]>, progress: Progress): Promise<Started> {
    await requireMachine(this.#instanceName);
    const instance = await ensureInstance(this.#instanceName);
    return withLock(claimLock(instance.slot), { timeout: AN_HOUR }, () => this.#start(instance, services(), progress));
  }

  async #start(instance: Instance, recipes: Promise<readonly ImageRecipe[]>, progress: Progress): Promise<Started> {
    const namespace = this.#namespace;
    let parts!: Parts;
    let node!: StartedNode;
    let unpacking!: Unpacking;
    let running!: RunningTarget;
    let images!: ImageReferences;
    const steps: readonly Step[] = [
      { name: 'programs, file systems and images are built', run: async () => (parts = await allParts(recipes, progress)) },
      { name: 'the node starts', run: async () => (node = await ensureNode(instance, partsOfNode(parts, progress), progress)) },
      {
        name: 'images are unpacked while the API server and Istio start',
        run: () => {
          const containerd = new Containerd(node.init);
          unpacking = unpackImages(node.ready, {
            forIstio: () => importImages(containerd, nodeImages(parts.images), progress),
            services: () => importImages(containerd, parts.services, progress),
          });
        },
      },
      { name: 'the API server is ready', run: () => node.ready },
      { name: 'the kubeconfig is written', run: () => writeKubeconfig(instance, namespace) },
      {
        name: 'Istio is installed',
        run: () => {
          running = runningEmbedded(instance, node.init);
          return running.whileItRuns(installIstio(running.cluster, { instance, namespace }, unpacking.forIstio, progress));
        },
      },
      { name: 'all images are unpacked', run: async () => (images = await unpacking.all) },
      { name: 'the cache is pruned', run: () => reportPruned(progress) },
      { name: 'the age of the Debian packages', run: () => reportAge(progress) },
    ];
    await runSteps(steps, progress);
    return { running, images };
  }

  /** Builds everything that `up` takes from the cache, without a node. */
  async build(services: readonly ImageRecipe[], progress: Progress): Promise<void> {
    await partsOfNode(await allParts(Promise.resolve(services), progress), progress).imageStore();
  }

  async environment(): Promise<string> {
    return 'local';
  }

  async down({ purge }: Pick<DownOptions, 'purge'>, progress: Progress): Promise<boolean> {
    const something = await this.withLock(progress, async () => {
      const instance = await findInstance(this.#instanceName);
      if (!instance) return false;
      const stopped = await progress.step('the node stops', () => stopNode(instance));
      await rm(scratchFolder(instance), { recursive: true, force: true });
      await rm(instance.run, { recursive: true, force: true });
      await rm(kubeconfigFile(instance), { force: true });
      if (purge) await progress.step('its state is deleted', () => rm(instance.state, { recursive: true, force: true }));
      if (purge) await rmdir(stateFolder()).catch(() => {}); // others live in it
      return stopped || purge;
    });
    await removeStaleLocks();
    return something;
  }
}

interface Parts {
  readonly root: string;
  readonly binaries: string;
  readonly images: ClusterImages;
  readonly services: readonly Image[];
}

/** Everything that the cache must contain before a node can start; missing entries are built, in parallel where that helps. */
async function allParts(recipes: Promise<readonly ImageRecipe[]>, progress: Progress): Promise<Parts> {
  const root = nodeRoot(progress);
  const binaries = clusterPrograms(progress);
  const images = clusterImages(root, progress);
  const services = Promise.all([recipes, images]).then(([all, { node }]) =>
    Promise.all(all.map((recipe) => buildImage({ ...recipe, base: node }, root, progress))),
  );
  await settleAll([root, binaries, images, services]);
  return { root: await root, binaries: await binaries, images: await images, services: await services };
}

const partsOfNode = ({ root, binaries, images }: Parts, progress: Progress): NodeParts => ({
  plan: { root, binaries, pauseImage: images.pause.reference },
  imageStore: () => imageStore(Object.values(images), root, progress),
});

async function reportPruned(progress: Progress): Promise<void> {
  const pruned = await pruneCache();
  if (pruned.length > 0) progress.print(`the cache drops ${pruned.length} entries that no command has used for a week`);
}

async function reportAge(progress: Progress): Promise<void> {
  const age = await cachedDebianAge();
  if (age) progress.print(age.message);
}

/** What pods of the node run, in the order of need; the services' base image is not among them. */
const nodeImages = ({ pause, pilot, proxyv2, postgres, 'install-cni': cni }: ClusterImages): readonly Image[] => [
  pause,
  cni,
  pilot,
  proxyv2,
  postgres,
];

/** Waits for all, so that no build goes on behind an error; then throws the first failure. */
async function settleAll(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
