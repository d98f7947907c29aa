import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, PlatformError, UsageError } from '@mesh-platform/kubernetes';
import { listKinds } from '../apply/kinds.ts';
import type { SplitService } from '../apply/split.ts';
import type { Weights } from '../apply/weights.ts';
import { ownedSelector } from '../object.ts';
import { policiesOf } from '../render/policies.ts';
import { withWeights } from '../topology/define-mesh.ts';
import type { Environment } from '../topology/environment.ts';
import { abortRollout } from './abort-rollout.ts';
import { ClusterPorts, liveWeights } from './cluster-ports.ts';
import { type RecordedRollout, RolloutLease } from './lease.ts';
import { inWords, type RolloutEvent, rollOut } from './rollout.ts';
import { keepsWeights, type RolloutState, stepsFrom, weightsAt } from './state.ts';

/** A process that lost the Lease sees it at its next poll, and has ended a change of weights by then. */
const HANDOVER_MS = 2_500;

/** The service that a rollout is of. */
export interface RolloutService extends SplitService {
  readonly versions: readonly string[];
  /** Whether an answer of it has a gRPC status. */
  readonly isGrpc: boolean;
}

/** A service of an environment; throws a UsageError that names those that there are. */
export function rolloutService(environment: Environment, service: string): RolloutService {
  const { mesh } = environment;
  const found = mesh.services.get(service);
  if (!found) throw new UsageError(`there is no service ${service}`, `name one of: ${[...mesh.services.keys()].join(', ')}`);
  const render = (weights: Weights) => policiesOf({ ...environment, mesh: withWeights(mesh, service, weights) });
  const { versions, protocol } = found;
  return { topology: mesh.name, namespace: mesh.namespace, service, render, versions, isGrpc: protocol === 'grpc' };
}

/** What is asked of a rollout. */
export interface RolloutRequest extends Pick<RolloutState, 'canary' | 'steps' | 'limits'> {
  /** Milliseconds after which it ends undecided. */
  readonly within: number;
  /** `resume` goes on with one that is open, `abort` ends it with the weights from before. */
  readonly mode: 'start' | 'resume' | 'abort';
}

export interface RolloutObserver {
  readonly signal: AbortSignal;
  readonly report: (event: RolloutEvent) => void;
}

/** Runs a rollout in a cluster until it ends, and returns how. Throws a PlatformError where it is refused, and the reason of the signal. */
export async function runRollout(
  cluster: Cluster,
  service: RolloutService,
  request: RolloutRequest,
  { signal, report }: RolloutObserver,
): Promise<RolloutState> {
  const { topology, namespace, versions, isGrpc } = service;
  const { canary, mode } = request;
  if (!versions.includes(canary) && mode !== 'abort')
    throw new UsageError(`${service.service} has no version ${canary}`, `name one of its versions: ${versions.join(', ')}`);
  if (versions.length === 1 && mode !== 'abort')
    throw new UsageError(
      `${service.service} has one version only: ${canary} has nothing to be compared with`,
      'add a version first, then roll it out',
    );
  const lease = new RolloutLease(cluster, namespace, service.service);
  const recorded = await lease.read();
  const open = recorded && keepsWeights(recorded.state) ? recorded : undefined;
  const isSuperseding = mode === 'start' && open !== undefined && open.state.canary !== canary;
  const replaces = isSuperseding || mode === 'abort';
  const begin = mode === 'start' ? await freshState(cluster, service, open, request) : continued(open, service.service, canary);
  const gatewayKind = [{ apiVersion: 'networking.istio.io/v1', kind: 'Gateway' }];
  const gateways = await listKinds(cluster, gatewayKind, namespace, ownedSelector(topology));
  const ports = new ClusterPorts(cluster, service, begin, lease, {
    gateways,
    overrides: mode !== 'start' || isSuperseding,
    isGrpc,
  });
  try {
    await lease.take(begin, { force: replaces });
    let last = begin;
    try {
      const observed = (event: RolloutEvent): void => {
        last = event.state;
        report(event);
      };
      if (replaces) {
        observed({ event: 'waiting', state: begin, reason: 'a process that works on a rollout of the service ends first' });
        await handedOver(signal);
      }
      if (mode === 'abort') return await abortRollout(begin, ports, { signal, report: observed });
      observed({ event: mode === 'resume' ? 'resumed' : 'started', state: begin });
      return await rollOut(begin, ports, { within: request.within, restores: isSuperseding, signal, report: observed });
    } catch (error) {
      await lease.save(last, { release: true }).catch(() => {}); // refused where another process has it
      throw error;
    }
  } finally {
    ports.close();
  }
}

/** The state of an open rollout, to go on with or to end. */
function continued(open: RecordedRollout | undefined, service: string, canary: string): RolloutState {
  if (open?.state.canary !== canary)
    throw new PlatformError(
      `no rollout of ${service} ${canary} is open${open ? `, but one of ${open.state.canary}` : ''}`,
      `start one: mesh rollout ${service} ${canary}`,
    );
  return { ...open.state, startedAt: new Date().toISOString() };
}

/** A state without evidence. A canary of another version that is open ends: the weights to begin with are those from before it. */
async function freshState(
  cluster: Cluster,
  split: SplitService,
  open: RecordedRollout | undefined,
  { canary, steps, limits }: RolloutRequest,
): Promise<RolloutState> {
  const { service } = split;
  if (open && open.holder === undefined && open.state.canary === canary)
    throw new PlatformError(
      `a rollout of ${service} ${canary} is open, ${open.state.phase === 'running' ? 'unattended' : open.state.phase} since ${Math.round(open.age)} s: ${inWords(open.state.weights)}`,
      `go on with its evidence: mesh rollout ${service} ${canary} --resume; or end it: --abort`,
    );
  const found = (await liveWeights(cluster, split))[0]?.weights;
  if (!found || !(canary in found))
    throw new PlatformError(`no route in the cluster splits the traffic of ${service} and leads to ${canary}`, 'apply the topology first');
  const original = open ? { ...Object.fromEntries(Object.keys(found).map((version) => [version, 0])), ...weightsAt(open.state, 0) } : found;
  const [baseline, most = 0] = Object.entries(original).reduce(
    (best, [version, percent]) => (version !== canary && percent > best[1] ? [version, percent] : best),
    ['', 0] as [string, number],
  );
  if (most === 0) throw new PlatformError(`${service} ${canary} has all traffic already`, 'name a version that has less');
  return {
    ...{ service, canary, baseline, limits, original },
    steps: stepsFrom(steps, original[canary] ?? 0),
    step: 0,
    weights: original,
    evidences: {},
    latency: [],
    phase: 'running',
    reason: '',
    startedAt: new Date().toISOString(),
  };
}

/** Waits until the process that had the Lease has seen that it is lost. */
const handedOver = (signal: AbortSignal): Promise<void> => pause(HANDOVER_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
