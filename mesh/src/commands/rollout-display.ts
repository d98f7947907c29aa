import type { Judgement } from '../rollout/decision.ts';
import { METRICS, type Metric, verdicts } from '../rollout/metrics.ts';
import { inWords, type RolloutEvent } from '../rollout/rollout.ts';
import type { Phase, RolloutState } from '../rollout/state.ts';

const BAR = 12;
/** With their indent, these fit into a terminal of 80 columns. */
const WIDTH = 74;
/** Milliseconds of counting after which the evidence of a step has a trend. */
const TREND_MS = 4_000;

/** What a rollout shows while it runs: a few lines that replace each other, the first one next to the title of the step. */
export class RolloutDisplay {
  readonly #endsAt: number;
  readonly #now: () => number;
  /** The evidence of safety with which the counting at this weight began. */
  #trend: { readonly at: number; readonly log: number } | undefined;

  /** `within` milliseconds the rollout ends undecided. */
  constructor(within: number, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#endsAt = now() + within;
  }

  /** The lines after an event; undefined where it changes none. */
  detail({ event, state, judgement, reason }: RolloutEvent): string | undefined {
    const { canary, weights } = state;
    const now = `${canary} ${weights[canary] ?? 0} %`;
    if (event === 'weights') this.#trend = undefined;
    if (event === 'waiting') return [`${now}, waits:`, ...wrapped(reason ?? ''), this.#end()].join('\n    ');
    if (event !== 'poll' || !judgement) return undefined;
    const asked = Math.max(...Object.values(state.evidences).map(({ canary: of }) => of.requests), 0);
    if (asked === 0)
      return [
        `${now}, no requests yet:`,
        'without requests to both versions nothing is decided, and the weights stay.',
        'Send some, or start with --probe 20/s.',
        this.#end(),
      ].join('\n    ');
    const { harm, harmLimit, safety, safetyLimit } = judgement;
    return [
      `${now}, ${this.#forecast(state, judgement)}`,
      `harm    ${bar(harm, harmLimit)} ${short(harm)} of ${harmLimit}`,
      `safety  ${bar(safety, safetyLimit)} ${short(safety)} of ${safetyLimit}: ${METRICS[leastSafe(state)]}`,
      countsOf(state),
      this.#end(),
    ].join('\n    ');
  }

  #end(): string {
    return `ends undecided in ${roughly(this.#endsAt - this.#now())}`;
  }

  /** `next 25 % in about 40 s`, as fast as the evidence has grown at this weight. */
  #forecast({ steps, step }: RolloutState, { safety, safetyLimit }: Judgement): string {
    const [now, log] = [this.#now(), Math.log(safety)];
    this.#trend ??= { at: now, log };
    const next = step + 1 < steps.length ? `next ${steps[step + 1]} %` : 'promotion';
    const perMs = (log - this.#trend.log) / (now - this.#trend.at);
    return now - this.#trend.at < TREND_MS || perMs <= 0
      ? `${next} once it is safe`
      : `${next} in about ${roughly((Math.log(safetyLimit) - log) / perMs)} at this rate`;
  }
}

const leastSafe = ({ evidences, notJudged }: RolloutState): Metric =>
  verdicts(evidences, notJudged).reduce((least, one) => (one.safety < least.safety ? one : least)).metric;

/** How near e-values are to their limit: they grow by multiplication. */
const bar = (value: number, limit: number): string => {
  const filled = Math.min(Math.max(Math.round((Math.log(value) / Math.log(limit)) * BAR), 0), BAR);
  return '█'.repeat(filled) + '░'.repeat(BAR - filled);
};

const short = (value: number): string => (value < 0.01 ? '<0.01' : value >= 100 ? String(Math.round(value)) : value.toPrecision(2));

function roughly(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1_000));
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

const wrapped = (text: string): readonly string[] => text.replaceAll(new RegExp(`(.{1,${WIDTH}})(?: +|$)`, 'g'), '$1\n').trimEnd().split('\n'); // biome-ignore format: one step

/** `v2 1204 requests, 3 failed; v1 10811, 20 failed` */
function countsOf({ canary, baseline, evidences: { failures, attempts } }: RolloutState): string {
  const counted = failures ?? attempts;
  if (!counted) return 'no requests yet';
  const of = (version: string, { requests, bad }: { readonly requests: number; readonly bad: number }) =>
    `${version} ${requests} ${failures ? 'requests' : 'attempts'}, ${bad} failed`;
  return `${of(canary, counted.canary)}; ${of(baseline, counted.baseline)}`;
}

/** What stays on the screen of an event. */
export function lastingLine({ event, state }: RolloutEvent): string | undefined {
  const { service, canary, baseline, steps, step, weights } = state;
  const rest = `${steps.slice(step).join(', ')} %`;
  if (event === 'started')
    return `${canary} is compared with ${baseline}, at ${rest} of the traffic; Ctrl-C leaves the weights as they are`;
  if (event === 'resumed') return `${canary} is compared with ${baseline} again, with the evidence from before, at ${rest}`;
  return event === 'weights' ? `${service} ${inWords(weights)}: every proxy has it` : undefined;
}

/** `not judged: 4xx responses: a proxy counts only attempts, since …` */
const unjudged = (metrics: readonly Metric[]): string =>
  `not judged: ${metrics.map((metric) => METRICS[metric]).join(', ')}: a caller's proxyStatsMatcher does not admit them (infra/istio/base.yaml does)`;

/** The last lines: how it ended, the counts and evidence of each metric, the limits, and what to do next. */
export function summary(
  state: RolloutState,
  judgement: Judgement | undefined,
  file: { readonly isSaved: boolean; readonly canaryWeight: number },
): string {
  const { service, canary, baseline, phase, reason, weights, evidences, notJudged = [] } = state;
  const next: Readonly<Partial<Record<Phase, string>>> = {
    promoted: file.isSaved ? 'the weights are in the file of the topology' : `the file is unchanged: apply resets the weights; use --save`,
    ...(file.canaryWeight > 0 && {
      'rolled back': `the file is unchanged: set the weight of ${canary} to 0 in it, or apply sends traffic to it again`,
    }),
    undecided: `the weights stay, and apply does not change them: --resume goes on with the evidence, --abort ends it`,
    paused: `the weights stay as they are, and apply does not change them: --resume sets its own again, --abort ends it`,
  };
  return [
    `${service} ${canary} ${phase}: ${reason}`,
    ...verdicts(evidences, notJudged).map(({ metric, harm, safety }) => {
      const { canary: of, baseline: against } = evidences[metric] ?? {};
      return of
        ? `  ${METRICS[metric]}: ${canary} ${of.bad} of ${of.requests}, ${baseline} ${against?.bad} of ${against?.requests}; evidence of harm ${short(harm)}, of safety ${short(safety)}`
        : `  ${METRICS[metric]}: too few requests to know`;
    }),
    ...(judgement
      ? [
          `  together: evidence of harm ${short(judgement.harm)}, rolls back at ${judgement.harmLimit}; of safety ${short(judgement.safety)}, ` +
            `${state.step + 1 < state.steps.length ? 'goes on' : 'promotes'} at ${judgement.safetyLimit}`,
        ]
      : []),
    ...(notJudged.length > 0 ? [`  ${unjudged(notJudged)}`] : []),
    `${service} ${inWords(weights)}`,
    ...(next[phase] ? [`→ ${next[phase]}`] : []),
    '',
  ].join('\n');
}

/** An event as one line of JSON: counts, evidence, limits. */
export const eventLine = ({ event, state, judgement, reason }: RolloutEvent, more: object): string =>
  JSON.stringify({
    event,
    at: new Date().toISOString(),
    service: state.service,
    canary: state.canary,
    baseline: state.baseline,
    phase: state.phase,
    weights: state.weights,
    ...(reason ? { reason } : {}),
    ...(state.notJudged ? { notJudged: state.notJudged } : {}),
    metrics: Object.fromEntries(
      verdicts(state.evidences, state.notJudged).map(({ metric, harm, safety }) => {
        const none = { requests: 0, bad: 0 };
        const { canary = none, baseline = none } = state.evidences[metric] ?? {};
        return [metric, { canary, baseline, harm, safety }];
      }),
    ),
    ...(judgement
      ? {
          decision: judgement.decision.action,
          ...{ harm: judgement.harm, harmLimit: judgement.harmLimit, safety: judgement.safety, safetyLimit: judgement.safetyLimit },
        }
      : {}),
    ...more,
  });
