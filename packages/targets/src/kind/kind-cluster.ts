import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { arch } from 'node:os';
import { delimiter, join } from 'node:path';
import { GATEWAY, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { tool } from '../build/programs.ts';
import { stateFolder } from '../places.ts';
import { exists } from '../process/files.ts';
import { run } from '../process/run.ts';
import { docker } from './docker.ts';

const CREATE_MS = 10 * 60_000;
const KIND_MS = 5 * 60_000;

/** A cluster of one node, a container, that kind makes; Docker keeps it, stopped or not, until it is deleted. */
export class KindCluster {
  readonly name: string;
  readonly kubeconfig: string;
  readonly #instance: string;
  readonly #folder: string;

  constructor(instance: string) {
    this.#instance = instance;
    this.name = `mesh-platform-${instance}`;
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
    return (await exists(this.kubeconfig)) && (await this.state().catch(() => undefined)) === 'running';
  }

  /** Where the gateway answers on this machine's loopback. */
  async gatewayUrl(): Promise<string> {
    const [first = ''] = (await docker('port', this.#container, `${GATEWAY.ports.node}/tcp`)).split('\n');
    return `http://${first.trim()}`;
  }

  /** Makes it, or starts what `stop` stopped. */
  async start(progress: Progress): Promise<void> {
    const state = await this.state();
    if (state === undefined) return this.#create(progress);
    if (state !== 'running') await progress.step('the node starts', () => docker('start', this.#container));
    await this.#writeKubeconfig(progress);
  }

  async #create(progress: Progress): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const config = join(this.#folder, 'config.json');
    await writeFile(config, JSON.stringify(configuration(await gatewayPort(this.#instance)))); // JSON is YAML
    await progress.step('the node starts', async (note) => {
      const onLine = (line: string) => note(line.replace(/^[^\w]+/, '').trim());
      await this.#kind(
        ['create', 'cluster', '--config', config, '--wait', '120s', '--kubeconfig', this.kubeconfig],
        progress,
        CREATE_MS,
        onLine,
      );
    });
    await chmod(this.kubeconfig, 0o600);
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
    await docker('stop', '--time=10', this.#container);
  }

  /** With everything in it. */
  async delete(progress: Progress): Promise<void> {
    await this.#kind(['delete', 'cluster'], progress);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #kind(args: readonly string[], progress: Progress, timeout = KIND_MS, onLine?: (line: string) => void): Promise<void> {
    await run(await kindProgram(progress), [...args, '--name', this.name], { timeout, ...(onLine ? { onLine } : {}) });
  }
}

/** kind's own node image, which its release pins by digest. https://kind.sigs.k8s.io/docs/user/configuration/ */
const configuration = (hostPort: number) => ({
  kind: 'Cluster',
  apiVersion: 'kind.x-k8s.io/v1alpha4',
  networking: { apiServerAddress: '127.0.0.1' },
  nodes: [
    {
      role: 'control-plane',
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

/** The pinned kind, built at its first use; on arm64, for which nothing brings a Go compiler, the one that is installed. */
async function kindProgram(progress: Progress): Promise<string> {
  if (arch() === 'x64') return tool('kind', progress);
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean))
    if (await exists(join(folder, 'kind'), { executable: true })) return join(folder, 'kind');
  throw new PlatformError('kind is not installed', 'install kind 0.32 or newer: https://kind.sigs.k8s.io/docs/user/quick-start/');
}
