import { readFile } from 'node:fs/promises';
import {
  Cluster,
  GATEWAY,
  type ImageReferences,
  type LiveObject,
  PlatformError,
  type Progress,
  runSteps,
  type Step,
} from '@mesh-platform/kubernetes';
import { type ImageSources, pulledImages } from '../image-sources.ts';
import { withLock } from '../process/lock.ts';
import type { DownOptions, Finding, Removable, RunningTarget, Started, Target } from '../target.ts';
import { eksEnvironment } from './eks-environment.ts';
import { inspectGateway, isGatewayService, type Known, reachGateway, unansweredAddress } from './gateway.ts';
import { installIstio, isInstalledByUs, removeIstio } from './istio.ts';
import { kubeconfigOfContext } from './kubeconfig.ts';
import { loadedImages } from './loaded-images.ts';
import { inspectCluster, istioOf } from './preflight.ts';
import { isUsed, removeLoadBalancers } from './removal.ts';
import { runningContext } from './running-context.ts';

const AN_HOUR = 60 * 60_000;
const GONE_MS = 180_000;

interface Settings {
  /** The platform's namespace. */
  readonly namespace: string;
  /** The environment; undefined where the cluster's version decides. */
  readonly environment?: string | undefined;
  /** The name of the EKS cluster of each environment that has one. */
  readonly eksClusters: () => Promise<ReadonlyMap<string, string>>;
  /** The address by which users reach the platform of an environment; undefined where it has no name. */
  readonly addressIn: (environment: string) => Promise<string | undefined>;
  /** Where images that nothing here builds are pulled from. */
  readonly imageSourcesIn: (environment: string) => Promise<ImageSources>;
  /** Names that the gateway answers to in an environment. */
  readonly hostsIn: (environment: string) => Promise<readonly string[]>;
}

/** Any cluster that a context of the user's kubeconfig names. It deletes only objects that the platform created. */
export class ContextTarget implements Target {
  readonly name: string;
  readonly #context: string;
  readonly #settings: Settings;
  #connected: Promise<{ readonly cluster: Cluster; readonly kubeconfig: string }> | undefined;

  constructor(context: string, settings: Settings) {
    this.name = `context:${context}`;
    this.#context = context;
    this.#settings = settings;
  }

  #connect() {
    this.#connected ??= kubeconfigOfContext(this.#context).then((kubeconfig) => ({
      kubeconfig,
      cluster: Cluster.fromKubeconfig(kubeconfig),
    }));
    return this.#connected;
  }

  async inspect(): Promise<readonly Finding[]> {
    const { cluster } = await this.#connect();
    const findings = await inspectCluster(cluster);
    const hasForeignIstio = findings.some(({ what, state }) => what === 'Istio' && state === 'ok') && !(await isInstalledByUs(cluster));
    return hasForeignIstio ? [...findings, await inspectGateway(cluster)] : findings;
  }

  /** On EKS, according to the server's version, the one whose cluster the context names; else `local`. */
  async environment(): Promise<string> {
    if (this.#settings.environment) return this.#settings.environment;
    const { cluster, kubeconfig } = await this.#connect();
    const { gitVersion } = JSON.parse(await cluster.getText('/version'));
    return /-eks-/.test(gitVersion) ? eksEnvironment(await readFile(kubeconfig, 'utf8'), await this.#settings.eksClusters()) : 'local';
  }

  withLock<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
    const onWait = (pid: number) => progress.print(`waiting for process ${pid}, which works on '${this.name}'`);
    return withLock(`up/${this.name}`, { timeout: AN_HOUR, onWait }, work);
  }

  async find(): Promise<RunningTarget | undefined> {
    const { cluster } = await this.#connect();
    return (await istioOf(cluster)).is === 'there' ? this.#running() : undefined;
  }

  async #running(): Promise<RunningTarget> {
    const { cluster, kubeconfig } = await this.#connect();
    const { namespace } = this.#settings;
    const environment = await this.environment();
    const reached = await reachGateway(cluster, kubeconfig, await this.#known(environment));
    return runningContext({ name: this.name, environment, kubeconfig, cluster, namespace, ...reached });
  }

  async #known(environment: string): Promise<Known> {
    const { addressIn, hostsIn } = this.#settings;
    const [address, hosts] = await Promise.all([addressIn(environment), hostsIn(environment)]);
    return { address, hosts };
  }

  /** Builds no image: the environment sets the registry, and images with the tag `local` must be on the nodes. */
  async up(_services: unknown, progress: Progress): Promise<Started> {
    const { cluster } = await this.#connect();
    let images!: ImageReferences;
    let running!: RunningTarget;
    const steps: readonly Step[] = [
      { name: 'the cluster is checked', run: () => this.#requireCluster() },
      { name: 'images on the nodes', run: async () => (images = await loadedImages(cluster)) },
      {
        name: 'Istio is installed, unless it is there and not ours',
        run: async () => {
          if ((await istioOf(cluster)).is === 'absent' || (await isInstalledByUs(cluster)))
            await this.#installIstio(cluster, images, progress);
        },
      },
      { name: 'the address of the gateway', run: () => this.#reportAddress(cluster, progress) },
      { name: 'the gateway is reached', run: async () => (running = await this.#running()) },
    ];
    await runSteps(steps, progress);
    return { running, images };
  }

  async #installIstio(cluster: Cluster, images: ImageReferences, progress: Progress): Promise<void> {
    const environment = await this.environment();
    const { istioHub } = pulledImages(await this.#settings.imageSourcesIn(environment));
    await installIstio(cluster, { environment, images, hub: istioHub }, progress);
  }

  async #requireCluster(): Promise<void> {
    const missing = (await this.inspect()).filter(({ state }) => state === 'missing');
    if (missing.length > 0)
      throw new PlatformError(
        missing.map(({ what, detail }) => `${what}: ${detail}`).join('; '),
        missing.map(({ hint }) => hint).join('; '),
      );
  }

  async #reportAddress(cluster: Cluster, progress: Progress): Promise<void> {
    const environment = await this.environment();
    const unanswered = await unansweredAddress(cluster, await this.#known(environment));
    if (unanswered)
      progress.print(
        `the gateway does not answer to its load balancer's address: add '${unanswered}' to hosts in environments/${environment}.ts`,
      );
  }

  async down({ purge, platform }: DownOptions, progress: Progress): Promise<boolean> {
    return this.withLock(progress, async () => {
      const { cluster } = await this.#connect();
      const { namespace } = this.#settings;
      const ours = await isInstalledByUs(cluster);
      const running = await this.find();
      const removable = await platform();
      const isOurs = (object: LiveObject) => removable.owns(object) || (ours && isGatewayService(object));
      await removeLoadBalancers(cluster, [namespace, GATEWAY.namespace], isOurs, progress);
      const emptied = running !== undefined && (await removable.remove(running));
      const removed = await removeIstio(cluster, progress);
      const deleted = purge && (await this.#deleteNamespace(cluster, namespace, removable, progress));
      return emptied || removed || deleted;
    });
  }

  /** With the documents in it, if the platform made it. */
  async #deleteNamespace(cluster: Cluster, name: string, { owns }: Removable, progress: Progress): Promise<boolean> {
    const header = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const namespace = await cluster.read(header);
    if (!namespace || !owns(namespace) || (await isUsed(cluster, name, progress))) return false;
    await progress.step(`namespace ${name}`, () => cluster.deleteAndWait(header, GONE_MS));
    return true;
  }
}
