import { randomBytes } from 'node:crypto';
import {
  type Cluster,
  containersOf,
  type KubernetesObject,
  type Pod,
  PROXY,
  podLog,
  runningImage,
  scriptCommand,
} from '@mesh-platform/kubernetes';
import { type LogLine, logLines } from '../wire/logs.ts';
import type { Attempt } from './attempt.ts';
import { probePod } from './probe-pod.ts';

export interface ProbeOptions {
  readonly namespace: string;
  /** The service account of its identity. */
  readonly serviceAccount?: string;
  /** Hosts of the Sidecar of the probe's proxy, such as `./core.platform.svc.cluster.local`; none where unset. */
  readonly egress?: readonly string[];
  /** False for a pod without a proxy in a namespace where each pod gets one. */
  readonly sidecar?: boolean;
  /** Ends the probe; its pod is deleted all the same. */
  readonly signal?: AbortSignal;
  /** Called when the probe's own process runs. */
  readonly running?: () => Promise<void>;
}

/** The results of a probe, and the containers and log of its pod. */
export interface ProbeReport {
  /** One for each attempt: an HTTP status, `grpc-status N`, `answer X`, or `closed: …`. */
  readonly results: readonly string[];
  /** The containers that we wrote. */
  readonly written: readonly string[];
  /** The containers that the pod had. */
  readonly had: readonly string[];
  /** The log of the pod's own proxy; empty without one. */
  readonly proxyLog: readonly LogLine[];
}

const PROBE_MS = 90_000;
const GONE_MS = 30_000;

/** Runs attempts in a pod of their own and gives a result for each. */
export const probe = async (cluster: Cluster, options: ProbeOptions, wanted: readonly Attempt[]): Promise<readonly string[]> =>
  (await runProbe(cluster, options, wanted)).results;

/** Runs attempts in a pod of their own, with the image of a service (Node.js, non-root) and the hardening that the namespace enforces. */
export async function runProbe(cluster: Cluster, options: ProbeOptions, wanted: readonly Attempt[]): Promise<ProbeReport> {
  const { namespace, egress, signal } = options;
  const name = `probe-${randomBytes(4).toString('hex')}`;
  const command = await scriptCommand(new URL('probe-script.ts', import.meta.url), JSON.stringify(wanted));
  const pod = probePod({ ...options, name, image: await runningImage(cluster), command });
  const sidecar = egress && sidecarOf(name, namespace, egress);
  try {
    signal?.throwIfAborted();
    if (sidecar) await cluster.apply([sidecar], 'probe');
    await cluster.apply([pod], 'probe');
    const ended = await untilEnded(cluster, name, options);
    const log = await podLog(cluster, { namespace, pod: name, container: 'probe' });
    if (ended.status?.phase === 'Failed') throw new Error(`the probe failed: ${log}`);
    const had = containersOf(ended).map((container) => container.name);
    const proxyLog = had.includes(PROXY) ? await logLines(cluster, { namespace, pod: name, container: PROXY }) : [];
    return { results: JSON.parse(log) as string[], written: ['probe'], had, proxyLog };
  } finally {
    if (sidecar) await cluster.delete(sidecar);
    await cluster.deleteAndWait(pod, GONE_MS);
  }
}

async function untilEnded(cluster: Cluster, name: string, { namespace, signal, running }: ProbeOptions): Promise<Pod> {
  const limit = AbortSignal.any([AbortSignal.timeout(PROBE_MS), ...(signal ? [signal] : [])]);
  const watch = <T>(look: (pod: Pod) => T | undefined): Promise<T> =>
    cluster.watchUntil(`/api/v1/namespaces/${namespace}/pods?fieldSelector=metadata.name%3D${name}`, limit, (pods) =>
      pods[0] ? look(pods[0] as Pod) : undefined,
    );
  const hasEnded = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';
  if (running) {
    await watch((pod) => hasEnded(pod) || pod.status?.containerStatuses?.some(({ state }) => state?.running) || undefined);
    await running();
  }
  return watch((pod) => (hasEnded(pod) ? pod : undefined));
}

const sidecarOf = (name: string, namespace: string, hosts: readonly string[]): KubernetesObject =>
  ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    metadata: { name, namespace },
    spec: { workloadSelector: { labels: { app: name } }, egress: [{ hosts }] },
  }) as KubernetesObject;
