import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster, type ImageReferences, type Pod, type Progress } from '@mesh-platform/kubernetes';
import { gatewayReady } from '../istio/control-plane.ts';
import { exists } from '../process/files.ts';
import { waitFor } from '../process/wait.ts';
import type { RunningTarget } from '../target.ts';
import type { Image } from './build/images.ts';
import { Containerd, staleImages } from './containerd.ts';
import type { Instance } from './instance.ts';
import { kubeconfigFile } from './kubeconfig.ts';
import { nodeStatus } from './node/control.ts';
import { whileComplete } from './node/lifecycle.ts';

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
export function runningEmbedded(instance: Instance, init: number): RunningTarget {
  const kubeconfig = kubeconfigFile(instance);
  const cluster = Cluster.fromKubeconfig(kubeconfig);
  const containerd = new Containerd(init);
  const gatewayUrl = `http://127.0.0.1:${instance.ports.gateway}`;
  const registry = `127.0.0.1:${instance.ports.registry}`;
  return {
    name: 'embedded',
    environment: 'local',
    kubeconfig,
    gatewayUrl,
    wayIn: { url: gatewayUrl },
    registry,
    cluster,
    pruneImages: async (keep) => {
      const pods = await cluster.list<Pod>('v1', 'Pod');
      await containerd.remove(staleImages(await containerd.images(), keep, pods, registry));
    },
    secret: (name) => secretOf(instance, name),
    gatewayReady: (onPodProblem) => gatewayReady(cluster, onPodProblem),
    whileItRuns: (work) => whileComplete(instance, work),
    components: async () => (await nodeStatus(instance))?.components ?? [],
  };
}

async function secretOf({ state }: Instance, name: string): Promise<string> {
  const folder = join(state, 'secrets');
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
