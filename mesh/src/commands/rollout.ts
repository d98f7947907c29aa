import { PlatformError, UsageError } from '@mesh-platform/kubernetes';
import { saveWeights } from '../load/save-weights.ts';
import { isDuration, milliseconds } from '../names.ts';
import { METRICS, type Metric, verdicts } from '../rollout/metrics.ts';
import { type ProbeRequests, sendProbes } from '../rollout/probe.ts';
import { inWords, type RolloutEvent } from '../rollout/rollout.ts';
import { type RolloutRequest, rolloutService, runRollout } from '../rollout/run-rollout.ts';
import type { Phase, RolloutState } from '../rollout/state.ts';
import type { CommandResult, Place } from './place.ts';

export interface RolloutOptions {
  /** `5,10,25,50` */
  readonly steps: string;
  /** `30m` */
  readonly within: string;
  /** `1.25` */
  readonly maxRatio: string;
  /** `1%` */
  readonly floor: string;
  /** `20/s` */
  readonly probe?: string;
  readonly resume: boolean;
  readonly abort: boolean;
  readonly save: boolean;
}

const WITHIN_MS = { least: 10_000, most: 24 * 3_600_000 } as const;
const MOST_STEPS = 20;
const MOST_PROBES = 50;
const EXIT_CODES: Readonly<Record<Phase, CommandResult['exitCode']>> = {
  promoted: 0,
  aborted: 0,
  'rolled back': 3,
  undecided: 4,
  paused: 4,
  running: 1,
};

/** `rollout preview v2`: shifts traffic to a version while the evidence shows that it is safe, and back when it shows harm. */
export async function run(
  place: Place,
  service: string,
  canary: string,
  options: RolloutOptions,
  print: (line: string) => void,
): Promise<CommandResult> {
  const settings = readSettings(options);
  const mode = options.abort ? 'abort' : options.resume ? 'resume' : 'start';
  const [{ environment }, cluster] = await Promise.all([place.environment(), place.cluster()]);
  const interrupted = new AbortController();
  const stop = () =>
    interrupted.abort(
      new PlatformError(
        `interrupted: the weights of ${service} stay as they are, and apply does not change them`,
        `go on: mesh rollout ${service} ${canary} --resume; or end it: mesh rollout ${service} ${canary} --abort`,
      ),
    );
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const probe = await probeOf(place, options);
  const ended = new AbortController();
  try {
    const probing = probe && sendProbes(probe, ended.signal);
    if (probe) place.progress.print(`probes: ${inProbeWords(probe)}`);
    const end = await place.progress.step(`rollout of ${service} ${canary}`, (note) =>
      runRollout(
        cluster,
        rolloutService(environment, service),
        { canary, mode, ...settings },
        {
          signal: interrupted.signal,
          report: (event) => {
            if (place.json) print(JSON.stringify({ ...eventOf(event), ...(probe ? { probe } : {}) }));
            else show(event, note, (line) => place.progress.print(line));
          },
        },
      ),
    );
    if (options.save && end.phase === 'promoted') await saveWeights(place.topologyFile, service, new Map(Object.entries(end.weights)));
    ended.abort();
    const probed = await probing;
    const probes = probe && probed ? `probes: ${inProbeWords(probe)}: ${probed.sent} sent, ${probed.failed} failed\n` : '';
    return { output: place.json ? '' : `${probes}${summary(end, options.save)}`, exitCode: EXIT_CODES[end.phase] };
  } finally {
    ended.abort();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

type Settings = Pick<RolloutRequest, 'steps' | 'limits' | 'within'>;

const inProbeWords = ({ url, perSecond }: ProbeRequests): string => `GET ${url}, ${perSecond}/s`;

/** The requests of `--probe`, if any; throws a UsageError for an invalid rate, and where the gateway has no URL here. */
async function probeOf(place: Place, { probe, abort }: RolloutOptions): Promise<ProbeRequests | undefined> {
  if (probe === undefined || abort) return undefined;
  const perSecond = readRate(probe);
  const url = await place.probeUrl?.();
  if (!url) throw new UsageError('--probe needs a gateway that can be reached from here', 'send requests yourself, and leave --probe out');
  return { url, perSecond };
}

/** Reads `20/s`. */
export function readRate(rate: string): number {
  const perSecond = Number(/^(\d{1,2})\/s$/.exec(rate)?.[1] ?? Number.NaN);
  if (!(perSecond >= 1 && perSecond <= MOST_PROBES))
    throw new UsageError(`invalid --probe ${rate}: expected 1/s to ${MOST_PROBES}/s`, 'write for example --probe 20/s');
  return perSecond;
}

/** Reads the options; throws a UsageError that names the one that is invalid. */
export function readSettings({ steps, within, maxRatio, floor }: RolloutOptions): Settings {
  const percents = steps.split(',').map((text) => (/^\d{1,2}$/.test(text.trim()) ? Number(text) : Number.NaN));
  const isRising = percents.every((percent, index) => percent >= 1 && percent <= 99 && percent > (percents[index - 1] ?? 0));
  if (!isRising || percents.length > MOST_STEPS)
    throw new UsageError(`invalid --steps ${steps}: expected rising whole percents from 1 to 99`, 'write for example --steps 5,10,25,50');
  const length = isDuration(within) ? milliseconds(within) : Number.NaN;
  if (!(length >= WITHIN_MS.least && length <= WITHIN_MS.most))
    throw new UsageError(`invalid --within ${within}: expected 10s to 24h`, 'write for example --within 30m');
  const ratio = Number(maxRatio);
  if (!(ratio >= 1 && ratio <= 10))
    throw new UsageError(`invalid --max-ratio ${maxRatio}: expected 1 to 10`, 'write for example --max-ratio 1.25');
  const percent = Number(/^(\d+(?:\.\d+)?)%$/.exec(floor)?.[1] ?? Number.NaN);
  if (!(percent >= 0.01 && percent <= 50))
    throw new UsageError(`invalid --floor ${floor}: expected 0.01% to 50%`, 'write for example --floor 1%');
  return { steps: percents, within: length, limits: { maxRatio: ratio, floor: percent / 100 } };
}

/** An event as one line of JSON: counts, evidence, limits. */
const eventOf = ({ event, state, judgement, reason }: RolloutEvent) => ({
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
    verdicts(state.evidences).map(({ metric, harm, safety }) => {
      const { canary, baseline } = state.evidences[metric] ?? {};
      return [metric, { canary, baseline, harm, safety }];
    }),
  ),
  ...(judgement
    ? { harm: judgement.harm, harmLimit: judgement.harmLimit, safety: judgement.safety, safetyLimit: judgement.safetyLimit }
    : {}),
});

function show({ event, state, judgement, reason }: RolloutEvent, note: (detail: string) => void, line: (text: string) => void): void {
  if (event === 'weights') line(`${state.service} ${inWords(state.weights)}: every proxy has it`);
  if (event === 'waiting') note(reason ?? '');
  if (event !== 'poll' || !judgement) return;
  note(
    `${state.weights[state.canary]} %, ${countsOf(state)}, evidence of harm ${short(judgement.harm)} of ${judgement.harmLimit}, ` +
      `of safety ${short(judgement.safety)} of ${judgement.safetyLimit}`,
  );
}

const short = (value: number): string => (value >= 100 ? String(Math.round(value)) : value.toPrecision(2));

/** `not judged: 4xx responses: a proxy counts only attempts, since …` */
const unjudged = (metrics: readonly Metric[]): string =>
  `not judged: ${metrics.map((metric) => METRICS[metric]).join(', ')}: a caller's proxyStatsMatcher does not admit them (infra/istio/base.yaml does)`;

/** `1204 requests, 3 failed (baseline 10811, 20)` */
function countsOf({ evidences: { failures } }: RolloutState): string {
  if (!failures) return 'no requests yet';
  const { canary, baseline } = failures;
  return `${canary.requests} requests, ${canary.bad} failed (baseline ${baseline.requests}, ${baseline.bad})`;
}

function summary(state: RolloutState, isSaved: boolean): string {
  const { service, canary, baseline, phase, reason, weights, evidences, notJudged = [] } = state;
  const lines = verdicts(evidences).map(({ metric, harm, safety }) => {
    const { canary: of, baseline: against } = evidences[metric] ?? {};
    return `  ${METRICS[metric]}: ${canary} ${of?.bad} of ${of?.requests}, ${baseline} ${against?.bad} of ${against?.requests}; evidence of harm ${short(harm)}, of safety ${short(safety)}`;
  });
  if (notJudged.length > 0) lines.push(`  ${unjudged(notJudged)}`);
  const next: Readonly<Partial<Record<Phase, string>>> = {
    promoted: isSaved ? 'the weights are in the file of the topology' : `the file is unchanged: apply resets the weights; use --save`,
    'rolled back': `the file is unchanged: take ${canary} out of its weights, or apply sends traffic to it again`,
    undecided: `the weights stay, and apply does not change them: --resume goes on with the evidence, --abort ends it`,
    paused: `the weights stay as they are, and apply does not change them: --resume sets its own again, --abort ends it`,
  };
  return `${service} ${canary} ${phase}: ${reason}\n${lines.join('\n')}${lines.length > 0 ? '\n' : ''}${service} ${inWords(weights)}\n${next[phase] ? `→ ${next[phase]}\n` : ''}`;
}
