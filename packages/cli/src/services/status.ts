import {
  containerStatusesOf,
  GATEWAY,
  ISTIO_NAMESPACE,
  isReady,
  isTerminating,
  messageOf,
  nameOf,
  PlatformError,
  type Pod,
  PROXY,
  restartsOf,
} from '@mesh-platform/kubernetes';
import { keepsWeights, type Rejection, Rejections, type RolloutState, recordedRollouts } from '@mesh-platform/mesh';
import type { RunningTarget } from '@mesh-platform/targets';
import { type PolicyDrift, policyDrift } from './policy-drift.ts';
import { NAMESPACE, platformIn } from './topology.ts';

/** How one pod of the platform is. */
interface PodReport {
  readonly service: string;
  readonly version: string;
  readonly pod: string;
  readonly ready: boolean;
  /** True where istiod's injector gave the pod a proxy. */
  readonly sidecar: boolean;
  /** Containers that are ready, of those that stay; the sidecar is one of them. */
  readonly containers: { readonly ready: number; readonly total: number };
  readonly restarts: number;
  /** When the pod was created. */
  readonly createdAt: string;
  /** The image of the service's own container. */
  readonly image: string;
  /** Why it is not ready. */
  readonly reason?: string;
}

/** A rollout that keeps the weights of a service. */
interface OpenRollout extends Pick<RolloutState, 'service' | 'canary' | 'phase' | 'reason' | 'weights'> {
  /** Seconds since the last sign of life, where no process works on it. */
  readonly unattendedSeconds?: number;
}

/** How the platform runs on a target. */
export interface StatusReport {
  readonly url: string;
  readonly node: readonly { readonly name: string; readonly state: string; readonly restarts: number }[];
  readonly controlPlane: readonly { readonly name: string; readonly ready: boolean }[];
  /** Configurations that proxies reject now: they serve with the one from before. Not there where istiod does not answer. */
  readonly rejectedConfigurations?: readonly { readonly proxy: string; readonly message: string }[];
  /** Policies in the cluster that differ from the topology. */
  readonly driftedPolicies: readonly string[];
  /** Weights that `split` set, where they are not those of the topology. */
  readonly splits: PolicyDrift['splits'];
  readonly rollouts: readonly OpenRollout[];
  readonly pods: readonly PodReport[];
}

/** Where the API server does not answer, the node's own processes still show why. */
async function unanswered(target: RunningTarget, error: unknown, suffix: string): Promise<never> {
  const states = (await target.components()).map(
    ({ name, state, restarts }) => `${name} ${state}${restarts > 0 ? ` (${restarts} restarts)` : ''}`,
  );
  throw new PlatformError(
    `the API server does not answer: ${messageOf(error)}; the node: ${states.join(', ')}`,
    `what ends is started again within seconds; if it stays so, run ./platform up${suffix}`,
    { cause: error },
  );
}

/** Reads how everything on a target is. `suffix` names it in the hint of an error. */
export const statusOf = (target: RunningTarget, suffix: string): Promise<StatusReport> =>
  reportOn(target).catch((error) => unanswered(target, error, suffix));

export async function reportOn(target: RunningTarget): Promise<StatusReport> {
  const [node, systemPods, gatewayPods, pods, drift, rollouts, rejections] = await Promise.all([
    target.components(),
    target.cluster.list<Pod>('v1', 'Pod', ISTIO_NAMESPACE),
    target.cluster.list<Pod>('v1', 'Pod', GATEWAY.namespace),
    target.cluster.list<Pod>('v1', 'Pod', NAMESPACE),
    platformIn(target).then((platform) => policyDrift(target, platform)),
    recordedRollouts(target.cluster, NAMESPACE),
    currentRejections(target),
  ]);
  return {
    url: target.wayIn.url,
    node: node.map(({ name, state, restarts }) => ({ name, state, restarts })),
    controlPlane: [...systemPods, ...gatewayPods]
      .filter(isPresent)
      .map((pod) => ({ name: pod.metadata?.labels?.app ?? pod.metadata?.labels?.['k8s-app'] ?? nameOf(pod), ready: isReady(pod) })),
    ...(rejections ? { rejectedConfigurations: rejections.filter(isOurs).map(({ proxy, words }) => ({ proxy, message: words })) } : {}),
    driftedPolicies: drift.changed,
    splits: drift.splits,
    rollouts: rollouts
      .filter(({ state }) => keepsWeights(state))
      .map(({ state: { service, canary, phase, reason, weights }, holder, age }) => ({
        ...{ service, canary, phase, reason, weights },
        ...(holder ? {} : { unattendedSeconds: Math.max(0, Math.round(age)) }),
      })),
    pods: pods.filter(isPresent).map(reportOnPod),
  };
}

const isPresent = (pod: Pod): boolean => !isTerminating(pod);

function reportOnPod(pod: Pod): PodReport {
  const ready = isReady(pod);
  const { labels, name = '', creationTimestamp } = pod.metadata ?? {};
  const lasting = [
    ...(pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
    ...(pod.spec?.containers ?? []),
  ];
  const readyNames = new Set(
    containerStatusesOf(pod)
      .filter((status) => status.ready)
      .map((status) => status.name),
  );
  const waiting = containerStatusesOf(pod).find(({ state }) => state?.waiting)?.state?.waiting;
  const reason = ready
    ? undefined
    : [waiting?.reason, waiting?.message].filter(Boolean).join(': ') ||
      pod.status?.conditions?.find(({ status }) => status === 'False')?.message;
  return {
    service: labels?.app ?? '',
    version: labels?.version ?? '',
    pod: name,
    ready,
    sidecar: readyNames.has(PROXY),
    containers: { ready: lasting.filter((container) => readyNames.has(container.name)).length, total: lasting.length },
    restarts: restartsOf(pod),
    createdAt: creationTimestamp ? new Date(creationTimestamp).toISOString() : '',
    image: lasting.find((container) => container.name === labels?.app)?.image ?? '',
    ...(reason ? { reason } : {}),
  };
}

async function currentRejections({ cluster }: RunningTarget): Promise<readonly Rejection[] | undefined> {
  const rejections = new Rejections(cluster);
  try {
    return await rejections.read(new AbortController().signal);
  } finally {
    rejections.close();
  }
}

/** A control plane may serve the proxies of others too. */
const isOurs = ({ proxy }: Rejection): boolean => [NAMESPACE, GATEWAY.namespace].some((namespace) => proxy.endsWith(`.${namespace}`));

/** True where everything runs as the topology has it; weights that `split` set are no fault. */
export const isWell = ({ node, controlPlane, rejectedConfigurations = [], driftedPolicies: drifted, pods }: StatusReport): boolean =>
  node.every(({ state }) => state === 'running') &&
  controlPlane.length > 0 &&
  controlPlane.every(({ ready }) => ready) &&
  rejectedConfigurations.length === 0 &&
  drifted.length === 0 &&
  pods.length > 0 &&
  pods.every(({ ready, sidecar }) => ready && sidecar);
