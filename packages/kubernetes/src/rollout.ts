import type { V1ContainerStatus } from '@kubernetes/client-node';
import type { Cluster } from './cluster.ts';
import { isTerminating, type LiveObject } from './object.ts';
import { PlatformError } from './platform-error.ts';
import { lastLines } from './pod-logs.ts';
import { reportPodProblems } from './pod-problems.ts';
import { containerStatusesOf, type Pod } from './pods.ts';
import { podsWaiting } from './pods-waiting.ts';
import { abortAfter, timeLimit } from './time-limits.ts';

/** An image that its registry does not give. */
const PULL = new Set(['ErrImagePull', 'ImagePullBackOff']);
/** Reasons that waiting does not fix. */
const HOPELESS = new Set([...PULL, 'ErrImageNeverPull', 'InvalidImageName', 'CreateContainerConfigError', 'CreateContainerError']);
/** A container that crashed this often, within one wait, will not come up by itself. */
const HOPELESS_CRASHES = 3;

const collections = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const;
export type WorkloadKind = keyof typeof collections;

export interface Workload {
  readonly kind: WorkloadKind;
  readonly name: string;
}

export interface RolloutOptions {
  /** Receives a line for each pod that has not started yet, with its reason. */
  readonly onPodProblem?: (line: string) => void;
  /** Receives, with each change, what the pods that are not ready wait for; empty where all are ready. */
  readonly onWaiting?: (line: string) => void;
  /** Ends the wait. */
  readonly interrupted?: AbortSignal;
}

/**
 * Resolves when every one of the workloads runs only its newest template, with all replicas ready.
 * Fails with the pod and its reason as soon as one cannot start, and after `timeout` milliseconds, multiplied with this machine's factor; with its reason when
 * `interrupted` aborts. `onPodProblem` receives within seconds the reason for which a pod has not started yet.
 */
export async function rolledOut(
  cluster: Cluster,
  namespace: string,
  workloads: readonly Workload[],
  timeout: number,
  { onPodProblem, onWaiting, interrupted = new AbortController().signal }: RolloutOptions = {},
): Promise<void> {
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, interrupted, abortAfter(timeout)]);
  const complete = [...new Set(workloads.map(({ kind }) => kind))].map((kind) => {
    const names = workloads.filter((workload) => workload.kind === kind).map(({ name }) => name);
    return cluster.watchUntil(`/apis/apps/v1/namespaces/${namespace}/${collections[kind]}`, signal, (objects) => {
      const found = new Map(objects.map((object) => [object.metadata?.name ?? '', object]));
      return names.every((name) => isComplete(kind, found.get(name) ?? {})) ? true : undefined;
    });
  });
  const crashes = new CrashCount();
  const stuck = cluster.watchUntil(`/api/v1/namespaces/${namespace}/pods`, signal, (pods) => {
    onWaiting?.(podsWaiting(pods));
    return pods.map((pod) => hopeless(pod as Pod, crashes.of(pod as Pod))).find(Boolean);
  });
  const reports = onPodProblem && reportPodProblems(cluster, namespace, signal, onPodProblem);
  let failure: Hopeless | undefined;
  try {
    failure = await Promise.race([Promise.all(complete).then(() => undefined), stuck]);
  } catch (error) {
    interrupted.throwIfAborted();
    throw await tooLate(cluster, namespace, timeout, error);
  } finally {
    settled.abort();
    await Promise.allSettled([...complete, stuck, reports]);
  }
  if (failure) {
    const output = await outputOf(cluster, namespace, failure);
    throw new PlatformError(`a pod cannot start: ${failure.description}${output}`, failure.hint);
  }
}

async function tooLate(cluster: Cluster, namespace: string, timeout: number, cause: unknown): Promise<PlatformError> {
  const pods = await cluster.list<Pod>('v1', 'Pod', namespace);
  const reasons = pods.map(describe).filter(Boolean).join('; ') || `${pods.length} pods, none with a reason`;
  return new PlatformError(
    `the pods of ${namespace} were not ready within ${timeLimit(timeout) / 1000} s: ${reasons}`,
    'run ./platform status',
    {
      cause,
    },
  );
}

/** kubectl's own rule: the controller has seen the newest template, and only its pods are left, all of them ready. */
export function isComplete(kind: WorkloadKind, { metadata, spec = {}, status = {} }: LiveObject): boolean {
  const count = (value: unknown) => (typeof value === 'number' ? value : 0);
  if (count(status.observedGeneration) < (metadata?.generation ?? 0)) return false;
  if (kind === 'DaemonSet') {
    const wanted = count(status.desiredNumberScheduled);
    return wanted > 0 && count(status.updatedNumberScheduled) === wanted && count(status.numberAvailable) === wanted;
  }
  const wanted = spec.replicas === undefined ? 1 : count(spec.replicas);
  const settled =
    count(status.updatedReplicas) === wanted && count(status.replicas ?? 0) === wanted && count(status.readyReplicas) === wanted;
  return kind === 'StatefulSet' ? settled && status.currentRevision === status.updateRevision : settled;
}

interface Hopeless {
  readonly pod: string;
  readonly container: string;
  readonly crashed: boolean;
  readonly description: string;
  readonly hint: string;
}

type CrashesOf = (status: V1ContainerStatus) => number;

/** Restarts since a wait saw a container first: those before it, of a node that restarted or of a dependency that is back, prove nothing. */
class CrashCount {
  readonly #first = new Map<string, number>();

  of({ metadata }: Pod): CrashesOf {
    return ({ name, restartCount }) => {
      const key = `${metadata?.uid}/${metadata?.name}/${name}`;
      const first = this.#first.get(key) ?? restartCount;
      this.#first.set(key, first);
      return restartCount - first;
    };
  }
}

function hopeless(pod: Pod, crashesOf: CrashesOf): Hopeless | undefined {
  if (isTerminating(pod)) return undefined;
  const bad = containerStatusesOf(pod).find((status) => {
    const crashes = crashesOf(status);
    const reason = status.state?.waiting?.reason ?? '';
    return HOPELESS.has(reason) || (reason === 'CrashLoopBackOff' && crashes >= HOPELESS_CRASHES);
  });
  if (!bad) return undefined;
  const hint = PULL.has(bad.state?.waiting?.reason ?? '')
    ? 'let the node reach that registry, or name a mirror (docs/how-to/use-a-mirror.md)'
    : 'fix what the message names and run the command again';
  return {
    pod: pod.metadata?.name ?? '',
    container: bad.name,
    crashed: bad.restartCount > 0,
    description: describeContainer(pod, bad),
    hint,
  };
}

/** Before a wait every restart counts: the kubelet's back-off may be longer than the wait. */
const allRestarts: CrashesOf = ({ restartCount }) => restartCount;

/**
 * Deletes pods that cannot start, so that they restart with the newest template and without the kubelet's back-off.
 * Gives their names. A StatefulSet never replaces a broken pod by itself: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
export async function replaceBroken(cluster: Cluster, namespace: string): Promise<readonly string[]> {
  const pods = await cluster.list<Pod>('v1', 'Pod', namespace);
  const broken = pods.filter((pod) => hopeless(pod, allRestarts)).map(({ metadata }) => metadata?.name ?? '');
  for (const name of broken) await cluster.delete({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } });
  return broken;
}

/** What a crashed container printed before it ended. */
async function outputOf(cluster: Cluster, namespace: string, { pod, container, crashed }: Hopeless): Promise<string> {
  const lines = crashed ? await lastLines(cluster, { namespace, pod, container }, 8, { previous: true }) : '';
  return lines && `; its last lines:\n${lines}`;
}

function describe(pod: Pod): string | undefined {
  const waiting = containerStatusesOf(pod).find(({ ready, state }) => !ready && !state?.terminated);
  if (waiting) return describeContainer(pod, waiting);
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return unscheduled && `pod ${pod.metadata?.name} has no node: ${unscheduled.message}`;
}

function describeContainer(pod: Pod, { name, state, lastState }: V1ContainerStatus): string {
  const last = lastState?.terminated;
  const reason = [state?.waiting?.reason, state?.waiting?.message, last && `it ended with status ${last.exitCode}`]
    .filter(Boolean)
    .join(', ');
  return `pod ${pod.metadata?.name}, container ${name}: ${reason || 'not ready'}`;
}
