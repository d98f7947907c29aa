import { PlatformError, UsageError } from '@mesh-platform/kubernetes';
import { saveWeights } from '../load/save-weights.ts';
import { isDuration, milliseconds } from '../names.ts';
import type { Judgement } from '../rollout/decision.ts';
import { type ProbeRequests, sendProbes } from '../rollout/probe.ts';
import { type RolloutRequest, rolloutService, runRollout } from '../rollout/run-rollout.ts';
import type { Phase } from '../rollout/state.ts';
import type { CommandResult, Place } from './place.ts';
import { eventLine, lastingLine, RolloutDisplay, summary } from './rollout-display.ts';

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
  if (options.abort && options.resume) throw new UsageError('--abort and --resume exclude each other', 'name one of them');
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
    const display = new RolloutDisplay(settings.within);
    let judgement: Judgement | undefined;
    const end = await place.progress.step(`rollout of ${service} ${canary}`, (note) =>
      runRollout(
        cluster,
        rolloutService(environment, service),
        { canary, mode, ...settings },
        {
          signal: interrupted.signal,
          report: (event) => {
            if (place.json) return print(eventLine(event, probe ? { probe } : {}));
            judgement = event.judgement ?? (event.event === 'ended' ? undefined : judgement);
            const [detail, line] = [display.detail(event), lastingLine(event)];
            if (line) place.progress.print(line);
            if (detail) note(detail);
          },
        },
      ),
    );
    if (options.save && end.phase === 'promoted') await saveWeights(place.topologyFile, service, new Map(Object.entries(end.weights)));
    ended.abort();
    const probed = await probing;
    const probes = probe && probed ? `probes: ${inProbeWords(probe)}: ${probed.sent} sent, ${probed.failed} failed\n` : '';
    const weights = environment.mesh.services.get(service)?.weights ?? [];
    const file = { isSaved: options.save, canaryWeight: weights.find(({ version }) => version === canary)?.percent ?? 0 };
    return { output: place.json ? '' : `${probes}${summary(end, judgement, file)}`, exitCode: EXIT_CODES[end.phase] };
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
