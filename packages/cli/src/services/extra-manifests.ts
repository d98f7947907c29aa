import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type Cluster,
  GATEWAY,
  ISTIO_NAMESPACE,
  inOrder,
  inParallel,
  isAppliedBy,
  type KubernetesObject,
  type LiveObject,
  nameOf,
  PlatformError,
  type Progress,
  readManifest,
  readManifests,
} from '@mesh-platform/kubernetes';
import type { LoadedEnvironment } from '@mesh-platform/mesh';
import { renderedFolder } from './topology.ts';

const FIELD_MANAGER = 'mesh-platform';
const JOB_MS = 5 * 60_000;
/** A cloud's controllers delete the resources of an object before they remove its finalizer. */
const GONE_MS = 15 * 60_000;

/** The manifests in `deploy/<environment>` that are not rendered: those of a cloud, and jobs that prepare it. */
export interface ExtraManifests {
  readonly objects: readonly KubernetesObject[];
  /** By folder, in its order. */
  readonly jobs: ReadonlyMap<string, readonly KubernetesObject[]>;
}

/** Reads the manifests of the environment's folder that are not the topology's own; its subfolders contain jobs. */
export async function extraManifests(name: string, { rendered }: Pick<LoadedEnvironment, 'rendered'>): Promise<ExtraManifests> {
  const folder = renderedFolder(name);
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => a.name.localeCompare(b.name));
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.yaml') && !rendered.files.has(entry.name));
  const objects = (await Promise.all(files.map((file) => readManifest(join(folder, file.name))))).flat();
  const jobs = new Map<string, readonly KubernetesObject[]>();
  for (const { name: sub } of entries.filter((entry) => entry.isDirectory()))
    jobs.set(sub, (await readManifests(join(folder, sub))).filter(isObject));
  return { objects: objects.filter(isObject), jobs };
}

/** kustomize's own file lists the manifests and is not applied. */
const isObject = ({ kind }: KubernetesObject): boolean => kind !== 'Kustomization';

/**
 * Deletes what an older checkout applied next to a gateway in Istio's namespace, and waits until it is gone: a target group, for one, takes a
 * single TargetGroupBinding.
 */
export async function deleteMoved(cluster: Cluster, objects: readonly KubernetesObject[]): Promise<void> {
  const ofGateway = objects.filter(({ metadata }) => metadata?.namespace === GATEWAY.namespace);
  await inParallel(ofGateway, async ({ apiVersion = '', kind = '', metadata }) => {
    const old = { apiVersion, kind, metadata: { ...metadata, namespace: ISTIO_NAMESPACE } };
    if (!(await cluster.serves(apiVersion, kind))) return;
    const live = await cluster.read(old);
    if (live && isAppliedBy(live, FIELD_MANAGER)) await cluster.deleteAndWait(old, GONE_MS);
  });
}

/** Applies its jobs and waits for them, then the rest: a job gives the database the passwords that the rest gives the services. */
export async function applyExtraManifests(cluster: Cluster, { objects, jobs }: ExtraManifests, progress: Progress): Promise<void> {
  for (const [folder, ofJob] of jobs)
    await progress.step(basename(folder), async () => {
      for (const group of inOrder(ofJob)) await cluster.apply(group, FIELD_MANAGER);
      await inParallel(
        ofJob.filter(({ kind }) => kind === 'Job'),
        (job) => complete(cluster, job),
      );
    });
  await deleteMoved(cluster, objects);
  for (const group of inOrder(objects)) await cluster.apply(group, FIELD_MANAGER);
}

interface Job extends LiveObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[] };
}

async function complete(cluster: Cluster, job: KubernetesObject): Promise<void> {
  const { namespace, name } = job.metadata ?? {};
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs?fieldSelector=metadata.name%3D${name}`;
  const ended = await cluster.watchUntil(path, AbortSignal.timeout(JOB_MS), ([live]) =>
    (live as Job | undefined)?.status?.conditions?.find(
      ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
    ),
  );
  if (ended.type === 'Failed')
    throw new PlatformError(`${nameOf(job)} failed: ${ended.message}`, `read its log: kubectl -n ${namespace} logs job/${name}`);
}

/** Deletes it in the reverse order, and waits until each object is gone. Kinds that the cluster does not have are none of its objects. */
export async function removeExtraManifests(cluster: Cluster, { objects, jobs }: ExtraManifests): Promise<void> {
  for (const group of inOrder([...objects, ...[...jobs.values()].flat()]).toReversed())
    await inParallel(group, async (object) => {
      if (await cluster.serves(object.apiVersion ?? '', object.kind ?? '')) await cluster.deleteAndWait(object, GONE_MS);
    });
}
