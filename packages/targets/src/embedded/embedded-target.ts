import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Cluster } from '../kubernetes/cluster.ts';
import type { ImageReferences } from '../kubernetes/manifests.ts';
import { withLock } from '../process/lock.ts';
import { PlatformError } from '../process/platform-error.ts';
import { waitFor } from '../process/wait.ts';
import type { Progress } from '../progress.ts';
import type { Finding, RunningTarget, Target } from '../target.ts';
import { type ClusterImages, clusterImages } from './build/cluster-images.ts';
import { buildImage, type Image, type ImageRecipe } from './build/images.ts';
import { programs } from './build/programs.ts';
import { nodeRoot } from './build/root-filesystem.ts';
import { Containerd } from './containerd.ts';
import { ensureInstance, findInstance, type Instance, validateInstanceName } from './instance.ts';
import { gatewayReady, installIstio } from './istio.ts';
import { kubeconfigFile, writeKubeconfig } from './kubeconfig.ts';
import { connectToSupervisor, nodeStatus, statuses } from './node/control-client.ts';
import { durableFolder, logFolder, type NodePlan, type NodeStatus, planFile } from './node/plan.ts';
import { inspectMachine, requireMachine } from './preflight.ts';

const supervisor = fileURLToPath(new URL('node/supervisor.ts', import.meta.url));
const START_MS = 90_000;
const STOP_MS = 15_000;
const AN_HOUR = 60 * 60_000;

/** A real Kubernetes node with a real Istio in namespaces of its own, from packages alone. Linux x86-64, root. */
export class EmbeddedTarget implements Target {
  readonly name = 'embedded';
  readonly #instanceName: string;

  constructor(instanceName: string) {
    validateInstanceName(instanceName);
    this.#instanceName = instanceName;
  }

  inspect(): Promise<readonly Finding[]> {
    return inspectMachine();
  }

  async find(): Promise<RunningTarget | undefined> {
    const instance = await findInstance(this.#instanceName);
    const status = instance && (await nodeStatus(instance));
    return instance && status?.phase === 'running' && status.init ? new RunningEmbedded(instance, status.init) : undefined;
  }

  async up(progress: Progress): Promise<RunningTarget> {
    await requireMachine();
    const instance = await ensureInstance(this.#instanceName);
    return this.#alone(instance, progress, async () => {
      const root = nodeRoot(progress);
      const binaries = programs('cluster', progress);
      const images = clusterImages(root, progress);
      await settleAll([root, binaries, images]);
      const started = await this.#ensureNode(
        instance,
        { root: await root, binaries: await binaries, pauseImage: (await images).pause.reference },
        progress,
      );
      const references = importClusterImages(new Containerd(started.init), await images, progress);
      references.catch(() => {}); // awaited below, after the API server
      await started.ready;
      await writeKubeconfig(instance);
      const running = new RunningEmbedded(instance, started.init);
      await installIstio(running.cluster, instance, references, progress);
      return running;
    });
  }

  async down({ purge }: { readonly purge: boolean }, progress: Progress): Promise<boolean> {
    const instance = await findInstance(this.#instanceName);
    if (!instance) return false;
    const stopped = await progress.step('the node stops', () => stopNode(instance));
    await rm(instance.run, { recursive: true, force: true });
    await rm(kubeconfigFile(instance), { force: true });
    if (purge) await progress.step('its state is deleted', () => rm(instance.state, { recursive: true, force: true }));
    return stopped || purge;
  }

  #alone<T>(instance: Instance, progress: Progress, work: () => Promise<T>): Promise<T> {
    const onWait = (pid: number) => progress.say(`waiting for process ${pid}, which is bringing '${instance.name}' up`);
    return withLock(`up/${instance.name}`, { timeout: AN_HOUR, onWait }, work);
  }

  /** Starts the node where it does not run. `ready` resolves with its API server. */
  async #ensureNode(
    instance: Instance,
    parts: Omit<NodePlan, 'instance'>,
    progress: Progress,
  ): Promise<{ init: number; ready: Promise<void> }> {
    const status = await nodeStatus(instance);
    if (status?.phase === 'running' && status.init) return { init: status.init, ready: Promise.resolve() };
    await stopNode(instance);
    await mkdir(instance.run, { recursive: true, mode: 0o700 });
    await mkdir(join(durableFolder(instance), 'volumes/postgres'), { recursive: true });
    await mkdir(logFolder(instance), { recursive: true });
    await writeFile(planFile(instance), JSON.stringify({ instance, ...parts } satisfies NodePlan));
    const log = startSupervisor(instance);
    let initKnown: (init: number) => void = () => {};
    const init = new Promise<number>((resolve) => {
      initKnown = resolve;
    });
    const ready = progress.step('the node starts', (note) => followStart(instance, log, initKnown, note));
    ready.catch(() => {});
    return { init: await Promise.race([init, ready.then(() => init)]), ready };
  }
}

/** Waits for all, so that no build goes on behind an error; then throws the first failure. */
async function settleAll(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

function startSupervisor(instance: Instance): string {
  const file = join(logFolder(instance), 'supervisor.log');
  const log = openSync(file, 'w');
  const child = spawn(process.execPath, [supervisor, instance.name, String(instance.slot)], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
  });
  child.unref();
  closeSync(log);
  return file;
}

async function followStart(instance: Instance, log: string, onInit: (init: number) => void, note: (detail: string) => void): Promise<void> {
  const words = async () => (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n');
  const socket = await waitFor('the supervisor', () => connectToSupervisor(instance), { timeout: 10_000, every: 30 }).catch(
    async (error) => {
      throw new Error(`the node's supervisor did not start: ${await words()}`, { cause: error });
    },
  );
  const timer = setTimeout(() => socket.destroy(), START_MS);
  try {
    for await (const status of statuses(socket)) {
      if (status.init) onInit(status.init);
      if (status.failure) throw new PlatformError(status.failure.message, status.failure.cure ?? `see ${log}`);
      if (status.phase === 'running') return;
      note(startingNote(status));
    }
    throw new PlatformError(`the node did not start: ${await words()}`, `see the logs in ${logFolder(instance)}`);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

const startingNote = ({ components }: NodeStatus): string =>
  components.map(({ name, restarts }) => (restarts > 0 ? `${name} (${restarts} restarts)` : name)).join(', ');

/** Asks the supervisor to end and waits until it has; says whether one ran. */
async function stopNode(instance: Instance): Promise<boolean> {
  const socket = await connectToSupervisor(instance);
  if (!socket) return false;
  let pid: number | undefined;
  const timer = setTimeout(() => pid && process.kill(pid, 'SIGKILL'), STOP_MS);
  socket.write('stop\n');
  for await (const status of statuses(socket)) pid = status.supervisor;
  clearTimeout(timer);
  // The socket closes a moment before the process ends.
  await waitFor('the supervisor to end', async () => (pid && (await exists(`/proc/${pid}`)) ? undefined : true), {
    timeout: STOP_MS,
    every: 20,
  });
  return true;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function importClusterImages(containerd: Containerd, images: ClusterImages, progress: Progress): Promise<ImageReferences> {
  // In the order of need: the sandbox and istiod first.
  const wanted = [images.pause, images['install-cni'], images.pilot, images.proxyv2, images.postgres];
  return importImages(containerd, wanted, progress);
}

async function importImages(containerd: Containerd, wanted: readonly Image[], progress: Progress): Promise<ImageReferences> {
  const present = await waitFor('containerd', () => containerd.references(), { timeout: 20_000 });
  const absent = wanted.filter(({ reference }) => !present.has(reference));
  if (absent.length > 0) {
    await progress.step('images into the node', async (note) => {
      for (const image of absent) {
        note(image.name);
        await containerd.import(image);
      }
    });
  }
  return new Map(wanted.map(({ name, reference }) => [name, reference]));
}

class RunningEmbedded implements RunningTarget {
  readonly name = 'embedded';
  readonly kubeconfig: string;
  readonly gatewayUrl: string;
  readonly cluster: Cluster;
  readonly #instance: Instance;
  readonly #containerd: Containerd;

  constructor(instance: Instance, init: number) {
    this.#instance = instance;
    this.#containerd = new Containerd(init);
    this.kubeconfig = kubeconfigFile(instance);
    this.gatewayUrl = `http://127.0.0.1:${instance.ports.gateway}`;
    this.cluster = Cluster.fromKubeconfig(this.kubeconfig);
  }

  async images(recipes: readonly ImageRecipe[], progress: Progress): Promise<ImageReferences> {
    const root = nodeRoot(progress);
    const { node, postgres } = await clusterImages(root, progress);
    const built = await Promise.all(recipes.map((recipe) => buildImage({ ...recipe, base: node }, root, progress)));
    return importImages(this.#containerd, [postgres, ...built], progress);
  }

  async pruneImages(keep: ImageReferences): Promise<void> {
    const wanted = new Set(keep.values());
    const names = new Set(keep.keys());
    const stale = [...(await this.#containerd.references())].filter((reference) => {
      const name = reference.slice(reference.lastIndexOf('/') + 1, reference.indexOf('@'));
      return names.has(name) && !wanted.has(reference);
    });
    await this.#containerd.remove(stale);
  }

  async secret(name: string): Promise<string> {
    const folder = join(this.#instance.state, 'secrets');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, name);
    // 'wx': two runs at once agree on the first one's password.
    await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    return readFile(file, 'utf8');
  }

  async components() {
    return (await nodeStatus(this.#instance))?.components ?? [];
  }

  gatewayReady(): Promise<void> {
    return gatewayReady(this.cluster);
  }
}
