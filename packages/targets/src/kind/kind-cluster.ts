import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { GATEWAY, IMAGE_REPOSITORY, type Progress } from '@mesh-platform/kubernetes';
import { tool } from '../build/programs.ts';
import { stateFolder } from '../places.ts';
import { exists } from '../process/files.ts';
import { run } from '../process/run.ts';
import { waitFor } from '../process/wait.ts';
import { docker } from './docker.ts';
import type { Subnets } from './subnets.ts';

const CREATE_MS = 10 * 60_000;
const KIND_MS = 5 * 60_000;
/** Seen: 25 s after a start of the engine, on 2 busy processors. */
const READY_MS = 3 * 60_000;
/** Of the name of each cluster. */
const PREFIX = 'mesh-platform-';
/** A file of the node that is there once `kind create` has ended: what was interrupted before has a taint and no storage class. */
const WHOLE = '/kind/mesh-platform-whole';
/** containerd, which images are loaded into, and the API server. */
const ANSWERS = 'ctr version >/dev/null && kubectl --kubeconfig=/etc/kubernetes/admin.conf get --raw=/readyz';

/** What a cluster is made of. */
interface Creation {
  /** The image of the node. */
  readonly image: string;
  /** Asked only when it is made: a cluster keeps its subnets. */
  readonly subnets: () => Promise<Subnets>;
}

/** A cluster of one node, a container, that kind makes; Docker keeps it, stopped or not, until it is deleted. */
export class KindCluster {
  readonly name: string;
  readonly kubeconfig: string;
  readonly #instance: string;
  readonly #folder: string;

  constructor(instance: string) {
    this.#instance = instance;
    this.name = `${PREFIX}${instance}`;
    this.#folder = join(stateFolder(), '.kind', instance);
    this.kubeconfig = join(this.#folder, 'kubeconfig');
  }

  get #container(): string {
    return `${this.name}-control-plane`;
  }

  /** `running`, `exited` … as Docker reports it; undefined where there is no container. */
  async state(): Promise<string | undefined> {
    const state = await docker('ps', '--all', '--filter', `name=^${this.#container}$`, '--format', '{{.State}}');
    return state.trim() || undefined;
  }

  /** Whether it runs. Docker is asked only where `up` has left a kubeconfig: no command waits for a Docker that is not used. */
  async runs(): Promise<boolean> {
    return (await this.hasKubeconfig()) && (await this.state().catch(() => undefined)) === 'running';
  }

  /** Whether `up` has come as far as a cluster that can be asked. */
  hasKubeconfig(): Promise<boolean> {
    return exists(this.kubeconfig);
  }

  /** When the node last started, in milliseconds since 1970. */
  async startedAt(): Promise<number> {
    return Date.parse((await docker('inspect', '--format', '{{.State.StartedAt}}', this.#container)).trim());
  }

  /** Where the gateway answers on this machine's loopback. */
  async gatewayUrl(): Promise<string> {
    const [first = ''] = (await docker('port', this.#container, `${GATEWAY.ports.node}/tcp`)).split('\n');
    return `http://${first.trim()}`;
  }

  /** Makes it, or starts what `stop` stopped; resolves when containerd and the API server answer. */
  async start(creation: Creation, progress: Progress): Promise<void> {
    const state = await this.state();
    if (state === undefined) return this.#create(creation, progress);
    if (!(await this.#isWhole())) {
      progress.print(`repaired: the creation of ${this.name} was interrupted; it is created again`);
      await this.#kind(['delete', 'cluster'], progress); // the images stay: they are built meanwhile
      return this.#create(creation, progress);
    }
    await progress.step('the node starts', async () => {
      if (state !== 'running') await docker('start', this.#container);
      await this.#answers();
    });
    await this.#writeKubeconfig(progress);
  }

  /** A kubeconfig is written last as well: a cluster of an earlier checkout that left no mark has one. A file can be read of a stopped container too. */
  async #isWhole(): Promise<boolean> {
    if (await this.hasKubeconfig()) return true;
    return docker('cp', `${this.#container}:${WHOLE}`, '-').then(
      () => true,
      () => false,
    );
  }

  /** After a restart of the engine or of the machine the container runs before what is in it answers. */
  #answers(): Promise<true> {
    const ask = () => docker('exec', this.#container, 'sh', '-c', ANSWERS).then(() => true as const);
    return waitFor(`the node ${this.#container}`, ask, { timeout: READY_MS, every: 500 });
  }

  async #create({ image, subnets }: Creation, progress: Progress): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true }); // of a cluster that was deleted without the platform
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const config = join(this.#folder, 'config.json');
    await writeFile(config, JSON.stringify(configuration(image, await subnets(), await gatewayPort(this.#instance)))); // JSON is YAML
    const draft = `${this.kubeconfig}.draft`; // kind writes it before the cluster is whole
    await progress.step('the node starts', async (note) => {
      const onLine = (line: string) => note(line.replace(/^[^\w]+/, '').trim());
      await this.#kind(['create', 'cluster', '--config', config, '--wait', '120s', '--kubeconfig', draft], progress, CREATE_MS, onLine);
    });
    await docker('exec', this.#container, 'touch', WHOLE);
    await rm(draft, { force: true });
    await this.#writeKubeconfig(progress);
  }

  async #writeKubeconfig(progress: Progress): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.#kind(['export', 'kubeconfig', '--kubeconfig', this.kubeconfig], progress);
    await chmod(this.kubeconfig, 0o600);
  }

  /** Brings images of the engine to the node. */
  async load(references: readonly string[], progress: Progress): Promise<void> {
    if (references.length > 0) await this.#kind(['load', 'docker-image', ...references], progress);
  }

  async stop(): Promise<void> {
    await docker('stop', '-t', '10', this.#container);
  }

  /** With everything in it. */
  async delete(progress: Progress): Promise<void> {
    await this.#kind(['delete', 'cluster'], progress);
    await rm(this.#folder, { recursive: true, force: true });
    await removeUnused();
  }

  async #kind(args: readonly string[], progress: Progress, timeout = KIND_MS, onLine?: (line: string) => void): Promise<void> {
    await run(await tool('kind', progress), [...args, '--name', this.name], { timeout, ...(onLine ? { onLine } : {}) });
  }
}

/** Removes the images that were built, once no cluster of the platform is left, and kind's network, once no cluster of kind is. */
async function removeUnused(): Promise<void> {
  const label = 'io.x-k8s.kind.cluster';
  const clusters = lines(await docker('ps', '--all', '--filter', `label=${label}`, '--format', `{{.Label "${label}"}}`));
  if (!clusters.some((name) => name.startsWith(PREFIX))) {
    const images = lines(
      await docker('image', 'ls', '--filter', `reference=${IMAGE_REPOSITORY}/*`, '--format', '{{.Repository}}:{{.Tag}}'),
    );
    if (images.length > 0) await docker('image', 'rm', ...images).catch(() => {}); // one may be a user's own container's
  }
  if (clusters.length === 0) await docker('network', 'rm', 'kind').catch(() => {}); // it need not be there
}

const lines = (output: string): readonly string[] => output.split('\n').filter(Boolean);

/** https://kind.sigs.k8s.io/docs/user/configuration/ */
const configuration = (image: string, { pods, services }: Subnets, hostPort: number) => ({
  kind: 'Cluster',
  apiVersion: 'kind.x-k8s.io/v1alpha4',
  networking: { apiServerAddress: '127.0.0.1', podSubnet: pods, serviceSubnet: services },
  nodes: [
    {
      role: 'control-plane',
      image,
      extraPortMappings: [{ containerPort: GATEWAY.ports.node, hostPort, listenAddress: '127.0.0.1', protocol: 'TCP' }],
    },
  ],
});

/** `default` has the port that the documentation names; another instance takes one that is free, and keeps it. */
async function gatewayPort(instance: string): Promise<number> {
  if (instance === 'default') return GATEWAY.ports.node;
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
