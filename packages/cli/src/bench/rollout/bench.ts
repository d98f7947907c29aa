import { PlatformError } from '@mesh-platform/kubernetes';
import { pollCost, type RolloutEvent, rolloutService, runRollout } from '@mesh-platform/mesh';
import { underLoad } from '@mesh-platform/proofs';
import type { RunningTarget } from '@mesh-platform/targets';
import { platformIn } from '../../services/topology.ts';
import { type Bench, median, onItsOwnRunning, table } from '../bench.ts';

const ROLLBACKS = 5;
const PROXIES = 20;
const FAULT = 'preview/v2=unavailable:0.5';
const ANSWER_MS = 10_000;
/** Answered by preview itself: what is measured is the rollback, not a busy machine. As many at once as may wait so long. */
const PATH = '/api/openapi.json';
const LOAD = { perSecond: 20, atMost: 1_000 } as const;

/** The most that each may be: milliseconds, median. */
const LIMITS = { rollback: 1_000, poll: 50 } as const;

/** The time of a rollback, and what a poll of the proxies costs. Fails where one is more than its limit. */
export const bench: Bench = (context) =>
  onItsOwnRunning(context, (running) => context.progress.step('rollbacks', (note) => measureRollouts(running, note)));

/** Rolls a canary back that fails, and prints how long that took from the decision to the last proxy without a weight for it. */
async function measureRollouts(target: RunningTarget, note: (detail: string) => void): Promise<string> {
  const milliseconds: number[] = [];
  for (let run = 1; run <= ROLLBACKS; run += 1) {
    note(`${run} of ${ROLLBACKS}`);
    milliseconds.push(await rollback(target));
    note(`${run} of ${ROLLBACKS}: ${milliseconds.at(-1)} ms`);
  }
  const middle = median(milliseconds);
  const { cpuMs, bytes } = await pollCost(PROXIES);
  const measured = table(
    ['rollout', 'median', 'slowest', 'limit'],
    [
      ['from the decision to the last proxy at weight 0', `${middle} ms`, `${Math.max(...milliseconds)} ms`, `${LIMITS.rollback} ms`],
      [`CPU of a poll of ${PROXIES} proxies, ${bytes} bytes each`, `${cpuMs.toFixed(1)} ms`, '', `${LIMITS.poll} ms`],
    ],
  );
  if (middle <= LIMITS.rollback && cpuMs <= LIMITS.poll) return measured;
  throw new PlatformError(
    `a median is above its limit\n${measured}`,
    'run it again on an idle machine; if it stays, find what became slower',
  );
}

async function rollback(target: RunningTarget): Promise<number> {
  const { environment } = await platformIn(target);
  const service = rolloutService(environment, 'preview');
  const at = new Map<string, number>();
  const report = ({ event, judgement }: RolloutEvent) => {
    const isDecided = event === 'poll' && judgement?.decision.action === 'rollback';
    if (isDecided || event === 'ended') at.set(event, performance.now());
  };
  const request = { canary: 'v2', steps: [50], limits: { maxRatio: 1.25, floor: 0.01 }, within: 120_000, mode: 'start' } as const;
  await underLoad(
    LOAD,
    async () => {
      const answer = await fetch(`${target.gatewayUrl}${PATH}`, {
        headers: { 'x-fault': FAULT },
        signal: AbortSignal.timeout(ANSWER_MS),
      }).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
    },
    async () => {
      const { phase, reason } = await runRollout(target.cluster, service, request, { signal: AbortSignal.timeout(180_000), report });
      if (!at.has('poll'))
        throw new PlatformError(`a canary that fails was ${phase}, not rolled back by evidence: ${reason}`, 'run it again');
    },
  );
  return Math.round((at.get('ended') ?? 0) - (at.get('poll') ?? 0));
}
