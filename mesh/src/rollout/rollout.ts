import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurationRejected } from '../apply/proxies.ts';
import { RoutesChanged } from '../apply/split.ts';
import { weightsInWords } from '../apply/weights.ts';
import { type Judgement, judge } from './decision.ts';
import { METRICS, metricNames, observe, verdicts } from './metrics.ts';
import type { RolloutPorts } from './ports.ts';
import { renewing } from './renewing.ts';
import { type RolloutState, type VersionWeights, weightsAt } from './state.ts';
import { slowBounds, strataOf } from './strata.ts';

/** Milliseconds between two reads of the proxies' counters. */
const POLL_MS = 2_000;
/** How often the pods of the canary are looked at for each of them. */
const LOOKS = 4;
/** Milliseconds during which a canary's first requests count for nothing: its caches are cold. */
const WARM_UP_MS = 6_000;
/** How much more than a pod of the baseline had a pod of the canary may get. */
const PER_POD = 1.5;

/** What a rollout reports, one event after each poll and each change. */
export interface RolloutEvent {
  readonly event: 'started' | 'resumed' | 'weights' | 'poll' | 'waiting' | 'ended';
  readonly state: RolloutState;
  readonly judgement?: Judgement;
  /** What is waited for, or why it ended. */
  readonly reason?: string;
}

export interface RolloutOptions {
  /** Milliseconds since its start after which it ends undecided. */
  readonly within: number;
  /** Sets the weights from before it first: another canary, which it supersedes, has some. */
  readonly restores?: boolean;
  readonly signal: AbortSignal;
  readonly report: (event: RolloutEvent) => void;
  /** Replaced by tests. */
  readonly pollMs?: number;
  readonly warmUpMs?: number;
}

/**
 * Shifts traffic to the canary step by step while the evidence shows that it is safe, and back to the baseline when it shows harm.
 * Without evidence the weights stay. Returns the state in which it ended, or was paused. Throws LeaseLost, or the reason of the signal.
 */
export async function rollOut(initial: RolloutState, ports: RolloutPorts, options: RolloutOptions): Promise<RolloutState> {
  return new Rollout(initial, ports, options).run();
}

/** The pods of the canary cannot serve. */
class CanaryBroken extends Error {}

class Rollout {
  #state: RolloutState;
  readonly #ports: RolloutPorts;
  readonly #options: RolloutOptions;
  /** From performance.now(), which no change of the clock moves. */
  readonly #endsAt: number;
  #latency: Map<number, number>;
  #countsFrom = 0;

  constructor(state: RolloutState, ports: RolloutPorts, options: RolloutOptions) {
    this.#state = { ...state, phase: 'running', reason: '' };
    this.#ports = ports;
    this.#options = options;
    this.#latency = new Map(state.latency);
    this.#endsAt = performance.now() + options.within;
  }

  async run(): Promise<RolloutState> {
    try {
      return await this.#run().catch((error) => {
        if (error instanceof ConfigurationRejected || error instanceof CanaryBroken) return this.#rollBack(error.message);
        throw error;
      });
    } catch (error) {
      if (error instanceof RoutesChanged) return this.#end('paused', error.message);
      throw error;
    }
  }

  async #run(): Promise<RolloutState> {
    const { signal, report, warmUpMs = WARM_UP_MS } = this.#options;
    const { restores = false } = this.#options;
    if (restores && !(await this.#set(this.#state.original)))
      return this.#end('undecided', 'the time ended before every proxy had the weights from before');
    const unready = await this.#begin();
    if (unready) return unready;
    if (!(await this.#shift(this.#state.step))) return this.#end('undecided', 'the canary never got its first weight');
    const isWarm = Object.keys(this.#state.evidences).length > 0; // one that was interrupted had requests before
    this.#countsFrom = performance.now() + (isWarm ? 0 : warmUpMs);
    for (;;) {
      await this.#watch();
      const paused = await this.#meddled();
      if (paused) return paused;
      await this.#throwIfBroken();
      await this.#count(signal);
      const { step, steps } = this.#state;
      const judgement = this.#judged();
      await this.#ports.save(this.#state);
      report(
        this.#isWarmingUp()
          ? {
              event: 'waiting',
              state: this.#state,
              reason: `the first ${warmUpMs / 1_000} s count for nothing: the caches of the canary are cold`,
            }
          : { event: 'poll', state: this.#state, judgement },
      );
      const { decision } = judgement;
      if (decision.action === 'rollback') return this.#rollBack(`the canary has more ${METRICS[decision.metric]}`, judgement);
      if (decision.action === 'promote' && (await this.#mayGet(100))) return this.#promote(judgement);
      if (decision.action === 'advance' && (await this.#mayGet(steps[step + 1] ?? 100)) && !(await this.#shift(step + 1)))
        return this.#end('undecided', 'the time ended before every proxy had the next weights');
      if (this.#isLate()) return this.#end('undecided', 'the time ended before there was evidence enough', judgement);
    }
  }

  #isLate(): boolean {
    return performance.now() > this.#endsAt;
  }

  #isWarmingUp(): boolean {
    return performance.now() < this.#countsFrom;
  }

  #judged(): Judgement {
    const { evidences, notJudged, step, steps } = this.#state;
    return judge(verdicts(evidences, notJudged), step, steps.length);
  }

  /** Waits until the canary has pods for its first weight. An interrupted rollout may know already that it ends. */
  async #begin(): Promise<RolloutState | undefined> {
    const { signal, pollMs = POLL_MS } = this.#options;
    for (;;) {
      await this.#ports.save(this.#state);
      const { steps, step, weights, canary } = this.#state;
      const known = this.#judged();
      if (known.decision.action === 'rollback') return this.#rollBack(`the canary has more ${METRICS[known.decision.metric]}`, known);
      if ((weights[canary] ?? 0) > 0) await this.#throwIfBroken();
      if (await this.#mayGet(steps[step] ?? 100)) return undefined;
      if (this.#isLate()) return this.#end('undecided', 'the time ended before the canary had pods enough for its first weight');
      await pause(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  /** The time between two polls, in which pods that fail are seen sooner. */
  async #watch(): Promise<void> {
    const { signal, pollMs = POLL_MS } = this.#options;
    for (let look = 1; look <= LOOKS; look += 1) {
      await pause(pollMs / LOOKS, undefined, { signal }).catch(() => signal.throwIfAborted());
      if (look < LOOKS) await this.#throwIfBroken();
    }
  }

  /** Pauses where another client changed the routes. */
  async #meddled(): Promise<RolloutState | undefined> {
    const { canary, service, weights: own } = this.#state;
    const routes = await this.#ports.routes();
    if (!routes.some(({ weights }) => canary in weights)) return this.#end('paused', `no route of ${service} leads to ${canary} any more`);
    const other = routes.find(({ weights }) => !isSame(weights, own));
    if (other)
      return this.#end('paused', `another client set the weights of ${service}: ${inWords(other.weights)} in place of ${inWords(own)}`);
    const edited = routes.find(({ isEdited }) => isEdited);
    return edited && this.#end('paused', `another client changed the VirtualService ${edited.name}`);
  }

  async #throwIfBroken(): Promise<void> {
    const { canary, service } = this.#state;
    const { canaryReady, baselineReady, problem } = await this.#ports.pods();
    const isItsOwn = baselineReady > 0 || problem !== undefined; // what meets both versions is no fault of the canary
    if (canaryReady === 0 && isItsOwn) throw new CanaryBroken(`${service} ${canary} has no ready pod${problem ? `: ${problem}` : ''}`);
    if (problem) throw new CanaryBroken(`${service} ${canary} cannot serve: ${problem}`);
  }

  async #count(signal: AbortSignal): Promise<void> {
    const callers = await this.#ports.counted(signal);
    const { canary, baseline, limits } = this.#state;
    const bounds = slowBounds(this.#latency);
    for (const counted of callers)
      for (const [bound, count] of counted.get(baseline)?.latency ?? []) this.#latency.set(bound, (this.#latency.get(bound) ?? 0) + count);
    if (this.#isWarmingUp()) return; // the baseline is warm: what is slow is known of it
    const evidences = observe(this.#state.evidences, callers.map((counted) => strataOf(counted, canary, baseline, bounds)), limits); // biome-ignore format: one step
    const isPartial = callers.some((counted) => [...counted.values()].some(({ onlyAttempts }) => onlyAttempts));
    const notJudged = isPartial ? { notJudged: metricNames.filter((metric) => metric !== 'attempts') } : {};
    this.#state = { ...this.#state, ...notJudged, evidences, latency: [...this.#latency] };
  }

  /** Whether the canary has pods for the weight, and every proxy accepts its configuration; reports what is missing. */
  async #mayGet(percent: number): Promise<boolean> {
    const { canaryReady, baselineReady } = await this.#ports.pods();
    const needed = Math.ceil((Math.max(baselineReady, 1) * percent) / 100 / PER_POD);
    const { canary, service } = this.#state;
    const reason =
      canaryReady < needed
        ? `${service} ${canary} has ${canaryReady} ready pods, and needs ${needed} for ${percent} %`
        : await this.#ports.rejected(this.#options.signal);
    if (reason) this.#options.report({ event: 'waiting', state: this.#state, reason });
    return reason === undefined;
  }

  /** Sets the weight of a step. False where the time ended before every proxy had it. */
  async #shift(step: number): Promise<boolean> {
    const target = weightsAt(this.#state, this.#state.steps[step] ?? 100);
    if (!(await this.#set(target))) return false;
    this.#state = { ...this.#state, step, weights: target };
    // Nothing counts that was sent under weights which a proxy did not have yet.
    await this.#ports.mark(this.#options.signal);
    await this.#ports.save(this.#state);
    this.#options.report({ event: 'weights', state: this.#state });
    return true;
  }

  /** Sets weights until every proxy has them, also while istiod is unavailable. False where the time ended before. */
  async #set(target: VersionWeights, { isRollback = false } = {}): Promise<boolean> {
    const { signal, report, pollMs = POLL_MS } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      await this.#ports.save(this.#state); // the right to write, just before writing
      const isFirst = (this.#state.weights[this.#state.canary] ?? 0) === 0;
      const guard = isRollback || isFirst ? async () => {} : () => this.#throwIfBroken();
      const renew = () => this.#ports.save(this.#state).then(guard);
      const setting = renewing((until) => this.#ports.setWeights(target, until), renew, { signal, everyMs: pollMs });
      const done = await setting.catch((error) => {
        if (isRollback && error instanceof ConfigurationRejected) return { missing: error.message };
        throw error;
      });
      if (done === 'in sync') return true;
      if (!isRollback && this.#isLate()) return false;
      await guard();
      report({ event: 'waiting', state: this.#state, reason: `not every proxy has ${inWords(target)} yet: ${done.missing}` });
      await pause(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  async #rollBack(reason: string, judgement?: Judgement): Promise<RolloutState> {
    const target = weightsAt(this.#state, 0);
    await this.#set(target, { isRollback: true });
    this.#state = { ...this.#state, weights: target };
    return this.#end('rolled back', reason, judgement);
  }

  async #promote(judgement: Judgement): Promise<RolloutState> {
    const target = weightsAt(this.#state, 100);
    if (!(await this.#set(target))) return this.#end('undecided', 'the time ended before every proxy had the last weights', judgement);
    this.#state = { ...this.#state, weights: target };
    return this.#end('promoted', 'every metric is safe', judgement);
  }

  async #end(phase: RolloutState['phase'], reason: string, judgement?: Judgement): Promise<RolloutState> {
    this.#state = { ...this.#state, phase, reason };
    await this.#ports.save(this.#state, true);
    this.#options.report({ event: 'ended', state: this.#state, reason, ...(judgement ? { judgement } : {}) });
    return this.#state;
  }
}

const isSame = (a: VersionWeights, b: VersionWeights): boolean =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((version) => (a[version] ?? 0) === (b[version] ?? 0));

/** `v1=90 v2=10` */
export const inWords = (weights: VersionWeights): string => weightsInWords(new Map(Object.entries(weights)));
