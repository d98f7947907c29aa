import type { Counters } from '../../src/rollout/counters.ts';
import type { LiveRoute, Pods, RolloutPorts } from '../../src/rollout/ports.ts';
import { type RolloutEvent, rollOut } from '../../src/rollout/rollout.ts';
import type { RolloutState, VersionWeights } from '../../src/rollout/state.ts';

export const STATE: RolloutState = {
  service: 'preview',
  canary: 'v2',
  baseline: 'v1',
  steps: [5, 10, 25, 50],
  step: 0,
  original: { v1: 100, v2: 0 },
  weights: { v1: 100, v2: 0 },
  limits: { maxRatio: 1.25, floor: 0.01 },
  evidences: {},
  latency: [],
  phase: 'running',
  reason: '',
  startedAt: new Date().toISOString(),
};

export const counters = (answers: number, failures = 0, more: Partial<Counters> = {}): Counters => ({
  answers,
  failures,
  clientErrors: 0,
  retried: 0,
  timeouts: 0,
  latency: new Map([
    [25, answers],
    [100, answers],
  ]),
  ...more,
});

/** A cluster in memory: what each poll counts follows from the weights. */
export class FakeCluster implements RolloutPorts {
  set: VersionWeights = STATE.weights;
  readonly writes: VersionWeights[] = [];
  readonly saved: RolloutState[] = [];
  now: Pods = { canaryReady: 1, baselineReady: 1 };
  polls = 0;
  marks = 0;
  isInSync = true;
  /** What the canary's requests come to: so many of them per poll. */
  canary = (requests: number): Counters => counters(requests);
  perPoll = 1_000;
  onPoll: () => void = () => {};

  async counted() {
    this.polls += 1;
    this.onPoll();
    const ofCanary = Math.round((this.perPoll * (this.set.v2 ?? 0)) / 100);
    return [
      new Map([
        ['v1', counters(this.perPoll - ofCanary)],
        ['v2', this.canary(ofCanary)],
      ]),
    ];
  }
  async mark() {
    this.marks += 1;
  }
  edited = false;
  async routes(): Promise<readonly LiveRoute[]> {
    return [{ name: 'edge-preview', weights: this.set, isEdited: this.edited }];
  }
  async setWeights(weights: VersionWeights, _signal: AbortSignal) {
    if (!this.isInSync) return { missing: 'proxy web-v1 has the old ones' };
    this.set = weights;
    this.writes.push(weights);
    return 'in sync' as const;
  }
  refused: string | undefined;
  async rejected() {
    return this.refused;
  }
  async pods() {
    return this.now;
  }
  async save(state: RolloutState) {
    this.saved.push(state);
  }
}

/** A rollout on it, without pauses. */
export const run = (cluster: FakeCluster, state: Partial<RolloutState> = {}, within = 60_000, events: RolloutEvent[] = []) =>
  rollOut(
    { ...STATE, ...state },
    cluster,
    { within, signal: AbortSignal.timeout(20_000), report: (event) => events.push(event), pollMs: 1, warmUpMs: 0 },
  ); // biome-ignore format: one call
