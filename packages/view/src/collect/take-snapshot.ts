import { GATEWAY, isReady, isTerminating, type Pod, restartsOf } from '@mesh-platform/kubernetes';
import { hostOf, judge, keepsWeights, METRICS, type Mesh, type RecordedRollout, verdicts } from '@mesh-platform/mesh';
import type { CallTraffic, FailedRequest, PodState, RequestTrace, RolloutView, ServiceState, Snapshot, Verification } from '../snapshot.ts';
import type { ProxyStatistics } from './proxy-statistics.ts';
import type { ServiceShares } from './shares.ts';
import type { Traffic } from './traffic.ts';

/** What was read of a proxy first, and last; no last one where it does not answer. */
export interface ProxyState {
  readonly first: ProxyStatistics | undefined;
  readonly last: ProxyStatistics | undefined;
}

/** Everything that is known at one moment. */
export interface Known {
  readonly mesh: Mesh;
  readonly target: string;
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly openedAt: number;
  /** Of the platform and of the gateway. */
  readonly pods: readonly Pod[];
  readonly istiod: readonly Pod[];
  /** Whether the cluster had one since the view was opened: a control plane elsewhere has none here. */
  readonly hadIstiod: boolean;
  readonly states: ReadonlyMap<string, ProxyState>;
  readonly traffic: Pick<Traffic, 'call' | 'hostsOf'>;
  readonly shares: Pick<ServiceShares, 'of'>;
  readonly rollouts: readonly RecordedRollout[];
  readonly failures: readonly FailedRequest[];
  readonly traces: readonly RequestTrace[];
  readonly verification: Verification;
  readonly apiError: string | undefined;
}

/** The gateway's name in the view. */
export const GATEWAY_NODE = 'gateway';

/** What the page shows of what is known. */
export function snapshotOf(known: Known): Snapshot {
  const { mesh, now, openedAt, target, url, failures, traces, verification } = known;
  const istiod = known.istiod.filter((pod) => !isTerminating(pod));
  return {
    at: new Date(now).toISOString(),
    openedAt: new Date(openedAt).toISOString(),
    platform: { topology: mesh.name, namespace: mesh.namespace, target, url },
    unknown: unknownOf(known),
    istiod: { ready: istiod.filter(isReady).length, pods: istiod.length },
    services: servicesOf(known),
    calls: callsOf(known),
    failures,
    traces,
    verification,
  };
}

/** The service of a pod, as the view names it. */
export const serviceOf = ({ metadata }: Pod): string =>
  metadata?.namespace === GATEWAY.namespace ? GATEWAY_NODE : (metadata?.labels?.app ?? metadata?.name ?? '');

const stateOf = ({ states }: Known, { metadata }: Pod): ProxyState | undefined => states.get(`${metadata?.namespace}/${metadata?.name}`);

const podsOf = ({ pods }: Known, service: string): readonly Pod[] =>
  pods.filter((pod) => serviceOf(pod) === service && !isTerminating(pod));

function servicesOf(known: Known): readonly ServiceState[] {
  const { mesh, shares } = known;
  const state = (name: string, kind: ServiceState['kind'], versions: readonly string[]): ServiceState => {
    const recorded = known.rollouts.find((one) => one.state.service === name);
    return {
      ...{ name, kind, versions },
      pods: podsOf(known, name).map((pod) => podState(known, pod)),
      refused: podsOf(known, name).reduce((sum, pod) => sum + refusedAt(stateOf(known, pod)), 0),
      shares: kind === 'service' ? shares.of(hostOf(mesh, name)) : [],
      ...(recorded ? { rollout: rolloutView(recorded) } : {}),
    };
  };
  return [
    ...(mesh.gateway ? [state(GATEWAY_NODE, 'gateway', [])] : []),
    ...[...mesh.services.values()].map(({ name, versions }) => state(name, 'service', versions)),
    ...[...mesh.externals.keys()].map((name) => state(name, 'external', [])),
  ];
}

const refusedAt = ({ first, last }: Partial<ProxyState> = {}): number =>
  first && last ? last.refusedRequests + last.refusedConnections - first.refusedRequests - first.refusedConnections : 0;

function podState(known: Known, pod: Pod): PodState {
  const { first, last } = stateOf(known, pod) ?? {};
  return {
    pod: pod.metadata?.name ?? '',
    version: pod.metadata?.labels?.version ?? '',
    ready: isReady(pod),
    restarts: restartsOf(pod),
    ...(last ? { connected: last.connected } : {}),
    handshakes: first && last ? last.handshakes - first.handshakes : 0,
    failedHandshakes: first && last ? last.failedHandshakes - first.failedHandshakes : 0,
  };
}

function callsOf(known: Known): readonly CallTraffic[] {
  const { mesh, traffic, failures } = known;
  const declared = [
    ...(mesh.gateway ? [{ from: GATEWAY_NODE, to: mesh.gateway.to }] : []),
    ...[...mesh.services.values()].flatMap(({ calls }) => calls.map(({ from, to }) => ({ from, to }))),
  ];
  const refusedBy = (from: string, to: string) =>
    failures.reduce((sum, { refused, count }) => sum + (refused?.from === from && refused.to === to ? count : 0), 0);
  const call = (from: string, to: string, kind: CallTraffic['kind'], hosts: readonly string[]): CallTraffic => {
    const sums = hosts.map((host) => traffic.call(from, host));
    const hasRequests = kind === 'http' || kind === 'grpc' || kind === 'undeclared';
    return {
      ...{ from, to, kind },
      rate: sums.reduce((sum, { rate }) => sum + rate, 0),
      ...(hasRequests
        ? {}
        : {
            connections: sums.reduce((sum, { connections }) => sum + connections, 0),
            open: sums.reduce((sum, { open }) => sum + open, 0),
          }),
      versions: hasRequests ? sums.flatMap(({ versions }) => versions) : [],
      refused: refusedBy(from, to),
      isKnown: podsOf(known, from).every((pod) => stateOf(known, pod)?.last !== undefined),
    };
  };
  const ofTopology = declared.map(({ from, to }) => {
    const [service, external] = [mesh.services.get(to), mesh.externals.get(to)];
    return call(from, to, service?.protocol ?? external?.protocol ?? 'tcp', external?.hosts ?? [hostOf(mesh, to)]);
  });
  const isDeclared = (from: string, to: string) => declared.some((one) => one.from === from && one.to === to);
  const tried = failures.flatMap(({ refused }) => (refused ? [refused] : []));
  const counted = [GATEWAY_NODE, ...mesh.services.keys()].flatMap((from) =>
    [...mesh.services.keys()]
      .filter((to) => traffic.call(from, hostOf(mesh, to)).versions.some(({ answers }) => answers > 0))
      .map((to) => ({ from, to })),
  );
  const undeclared = new Map(
    [...tried, ...counted].filter(({ from, to }) => !isDeclared(from, to)).map((one) => [`${one.from}|${one.to}`, one] as const),
  );
  return [...ofTopology, ...[...undeclared.values()].map(({ from, to }) => call(from, to, 'undeclared', [hostOf(mesh, to)]))];
}

function unknownOf(known: Known): readonly string[] {
  const silent = known.pods.filter((pod) => {
    const state = stateOf(known, pod);
    return state !== undefined && state.last === undefined && !isTerminating(pod);
  });
  return [
    ...(known.apiError ? [`the API server does not answer: pods, weights and rollouts are those from before (${known.apiError})`] : []),
    ...(silent.length > 0
      ? [`proxies that do not answer, whose counts are those from before: ${silent.map(({ metadata }) => metadata?.name).join(', ')}`]
      : []),
    ...(known.hadIstiod && !known.istiod.some((pod) => isReady(pod) && !isTerminating(pod))
      ? ['istiod has no ready pod: the proxies keep their configuration, and no change of weights reaches them']
      : []),
  ];
}

function rolloutView({ state, holder, age }: RecordedRollout): RolloutView {
  const found = verdicts(state.evidences, state.notJudged);
  const { harm, harmLimit, safety, safetyLimit } = judge(found, state.step, state.steps.length);
  const isOpen = keepsWeights(state);
  return {
    ...{ canary: state.canary, baseline: state.baseline, phase: state.phase, reason: state.reason, weights: state.weights },
    ...{ steps: state.steps, step: state.step, isOpen, harm, harmLimit, safety, safetyLimit },
    ...(isOpen && holder === undefined ? { unattendedSeconds: Math.round(age) } : {}),
    metrics: found.map(({ metric, harm: harmOf, safety: safetyOf }) => {
      const { canary, baseline } = state.evidences[metric] ?? {};
      const none = { requests: 0, bad: 0 };
      return { name: METRICS[metric], canary: canary ?? none, baseline: baseline ?? none, harm: harmOf, safety: safetyOf };
    }),
  };
}
