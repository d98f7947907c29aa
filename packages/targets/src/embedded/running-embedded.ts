import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster, type ImageReferences, type Pod, type Progress } from '@mesh-platform/kubernetes';
import { gatewayReady } from '../istio/control-plane.ts';
import { exists } from '../process/exists.ts';
import { waitFor } from '../process/wait.ts';
import type { RunningTarget } from '../target.ts';
import type { Image } from './build/images.ts';
import { Containerd } from './containerd.ts';
import type { Instance } from './instance.ts';
import { kubeconfigFile } from './kubeconfig.ts';
import { nodeStatus } from './node/control-client.ts';
import { whileComplete } from './node/lifecycle.ts';
import { staleImages } from './stale-images.ts';

/** Imports what is missing in the node; gives the reference of each by name. */
export async function importImages(containerd: Containerd, wanted: readonly Image[], progress: Progress): Promise<ImageReferences> {
  const held = await waitFor('containerd', () => containerd.images(), { timeout: 20_000 });
  const present = new Set(held.flatMap(({ references }) => references));
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

/** The embedded target while its node runs. */
export class RunningEmbedded implements RunningTarget {
  readonly name = 'embedded';
  readonly environment = 'local';
  readonly kubeconfig: string;
  readonly gatewayUrl: string;
  readonly wayIn: { readonly url: string };
  readonly registry: string;
  readonly cluster: Cluster;
  readonly #instance: Instance;
  readonly #containerd: Containerd;

  constructor(instance: Instance, init: number) {
    this.#instance = instance;
    this.#containerd = new Containerd(init);
    this.kubeconfig = kubeconfigFile(instance);
    this.gatewayUrl = `http://127.0.0.1:${instance.ports.gateway}`;
    this.wayIn = { url: this.gatewayUrl };
    this.registry = `127.0.0.1:${instance.ports.registry}`;
    this.cluster = Cluster.fromKubeconfig(this.kubeconfig);
  }

  async pruneImages(keep: ImageReferences): Promise<void> {
    const pods = await this.cluster.list<Pod>('v1', 'Pod');
    await this.#containerd.remove(staleImages(await this.#containerd.images(), keep, pods, this.registry));
  }

  async secret(name: string): Promise<string> {
    const folder = join(this.#instance.state, 'secrets');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, name);
    if (!(await exists(file))) {
      const draft = `${file}.${randomUUID()}`;
      await writeFile(draft, randomBytes(24).toString('base64url'), { mode: 0o600 });
      // A link appears whole or not at all, and two runs at once agree on the first one's.
      await link(draft, file).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      await rm(draft);
    }
    return readFile(file, 'utf8');
  }

  whileItRuns<T>(work: Promise<T>): Promise<T> {
    return whileComplete(this.#instance, work);
  }

  async components() {
    return (await nodeStatus(this.#instance))?.components ?? [];
  }

  gatewayReady(onPodProblem?: (line: string) => void): Promise<void> {
    return gatewayReady(this.cluster, onPodProblem);
  }
}
