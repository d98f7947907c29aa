import { Cluster, GATEWAY, type ImageReferences, PlatformError, type Progress, runSteps, type Step } from '@mesh-platform/kubernetes';
import { installIstio } from '../context/istio.ts';
import { inspectCluster } from '../context/preflight.ts';
import { runningContext } from '../context/running-context.ts';
import { type ImageSources, type PulledImages, pulledImages } from '../image-sources.ts';
import { listenerAt, portTaken } from '../process/listeners.ts';
import { withLock } from '../process/lock.ts';
import { routedRanges } from '../process/routes.ts';
import {
  type DownOptions,
  type Finding,
  type ImageRecipe,
  missing,
  note,
  ok,
  type RunningTarget,
  type Started,
  type Target,
  validateInstanceName,
} from '../target.ts';
import { dockerEngine, pullImage } from './docker.ts';
import { KindCluster } from './kind-cluster.ts';
import { kindImages } from './kind-images.ts';
import { inspectEngine, inspectImages } from './preflight.ts';
import { podsAreCurrent } from './stale-pods.ts';
import { chooseSubnets, inspectSubnets, type Subnets } from './subnets.ts';

const AN_HOUR = 60 * 60_000;
const DOCKER_HINT = 'install Docker and start it, or add your user to its group; then ./platform doctor --on kind';

interface Settings {
  /** The platform's namespace. */
  readonly namespace: string;
  /** Where images that nothing here builds are pulled from. */
  readonly imageSources: () => Promise<ImageSources>;
  /** The ranges of addresses of a new cluster that are set. */
  readonly subnets: () => Promise<Partial<Subnets>>;
  /** The Dockerfiles of the services. */
  readonly dockerfiles: () => Promise<readonly string[]>;
}

/** A cluster that kind makes where Docker answers; no root is needed. Istio runs from its own images. */
export class KindTarget implements Target {
  readonly name = 'kind';
  readonly #instance: string;
  readonly #settings: Settings;
  readonly #kind: KindCluster;

  constructor(instance: string, settings: Settings) {
    validateInstanceName(instance);
    this.#instance = instance;
    this.#settings = settings;
    this.#kind = new KindCluster(instance);
  }

  async inspect(): Promise<readonly Finding[]> {
    const machine = await this.#inspectMachine();
    if (machine.some(({ state }) => state === 'missing')) return machine;
    if (await this.#kind.runs()) return [...machine, ...(await inspectCluster(Cluster.fromKubeconfig(this.#kind.kubeconfig)))];
    return [...machine, ...(await inspectImages(await this.#pulled(), await this.#settings.dockerfiles()))];
  }

  /** What can be known without a cluster and without a registry. */
  async #inspectMachine(): Promise<readonly Finding[]> {
    const engine = await dockerEngine();
    if (!engine.answers) return [missing('Docker', engine.why, DOCKER_HINT)];
    const state = await this.#kind.state();
    const findings = await inspectEngine(engine, state === 'running');
    return state === undefined
      ? [...findings, note('cluster', `up makes ${this.#kind.name}`), await this.#port(), await this.#addresses()]
      : [...findings, note('cluster', `${this.#kind.name} is ${state}${state === 'running' ? '' : '; up starts it'}`)];
  }

  async #pulled(): Promise<PulledImages> {
    return pulledImages(await this.#settings.imageSources());
  }

  /** Whether it is for this machine at all; `inspect` looks at the rest. */
  async fits(): Promise<boolean> {
    return (await dockerEngine()).answers;
  }

  async #port(): Promise<Finding> {
    const holder = this.#instance === 'default' ? await listenerAt(GATEWAY.ports.node) : undefined;
    if (holder === undefined) return ok('port', 'of the gateway, on loopback');
    const { message, hint } = portTaken(GATEWAY.ports.node, holder);
    return missing('port', message, hint);
  }

  async #addresses(): Promise<Finding> {
    const routes = await routedRanges();
    return inspectSubnets(chooseSubnets(await this.#settings.subnets(), routes), routes);
  }

  async environment(): Promise<string> {
    return 'local';
  }

  withLock<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
    const onWait = (pid: number) => progress.print(`waiting for process ${pid}, which works on '${this.#kind.name}'`);
    return withLock(`up/${this.#kind.name}`, { timeout: AN_HOUR, onWait }, work);
  }

  async find(): Promise<RunningTarget | undefined> {
    return (await this.#kind.runs()) ? this.#running() : undefined;
  }

  async #running(): Promise<RunningTarget> {
    const url = await this.#kind.gatewayUrl();
    const { kubeconfig } = this.#kind;
    return runningContext({
      name: this.name,
      environment: 'local',
      kubeconfig,
      cluster: Cluster.fromKubeconfig(kubeconfig),
      namespace: this.#settings.namespace,
      gatewayUrl: url,
      wayIn: { url },
    });
  }

  async up(services: () => Promise<readonly ImageRecipe[]>, progress: Progress): Promise<Started> {
    let pulled!: PulledImages;
    let building!: Promise<ImageReferences>;
    let running!: RunningTarget;
    let images!: ImageReferences;
    const steps: readonly Step[] = [
      { name: 'the machine is checked', run: () => this.#requireMachine() },
      { name: 'where images come from', run: async () => (pulled = await this.#pulled()) },
      {
        name: 'images are built while the node starts, which waits more than it works',
        run: () => {
          building = services().then((recipes) => kindImages(recipes, pulled, progress));
          building.catch(() => {}); // awaited below
        },
      },
      { name: 'the node image is there, unless there is a node', run: () => this.#pullNode(pulled.node, progress) },
      { name: 'the node starts', run: () => this.#kind.start({ image: pulled.node, subnets: () => this.#subnets() }, progress) },
      {
        name: 'the node and the images are there',
        run: async () => {
          running = await this.#running();
          await podsAreCurrent(running.cluster, await this.#kind.startedAt());
          images = await building;
        },
      },
      { name: 'images into the node', shown: true, run: () => this.#kind.load([...images.values()], progress) },
      {
        name: 'Istio is installed',
        run: () => installIstio(running.cluster, { environment: 'local', images, hub: pulled.istioHub }, progress),
      },
    ];
    await runSteps(steps, progress);
    return { running, images };
  }

  async #subnets(): Promise<Subnets> {
    return chooseSubnets(await this.#settings.subnets(), await routedRanges());
  }

  async #pullNode(image: string, progress: Progress): Promise<void> {
    if ((await this.#kind.state()) === undefined) await pullImage(image, progress);
  }

  async #requireMachine(): Promise<void> {
    const first = (await this.#inspectMachine()).find(({ state }) => state === 'missing');
    if (first) throw new PlatformError(`${first.what}: ${first.detail}`, first.hint ?? DOCKER_HINT);
  }

  /** Stops the node and keeps it with its documents; `purge` deletes it. */
  async down({ purge }: Pick<DownOptions, 'purge'>, progress: Progress): Promise<boolean> {
    return this.withLock(progress, async () => {
      const state = await this.#kind.state();
      if (state === undefined) return false;
      if (purge) await progress.step('the node is deleted', () => this.#kind.delete(progress));
      else if (state === 'running') await progress.step('the node stops', () => this.#kind.stop());
      return purge || state === 'running';
    });
  }
}
