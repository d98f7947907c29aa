import { setTimeout as pause } from 'node:timers/promises';
import type { RolloutPorts } from './ports.ts';
import { inWords, type RolloutOptions } from './rollout.ts';
import type { RolloutState } from './state.ts';

const AGAIN_MS = 2_000;

/** Ends a rollout with the weights from before it, as soon as every proxy has them. Throws the reason of the signal. */
export async function abortRollout(
  state: RolloutState,
  ports: RolloutPorts,
  { signal, report, pollMs = AGAIN_MS }: Pick<RolloutOptions, 'signal' | 'report' | 'pollMs'>,
): Promise<RolloutState> {
  // A version that has been removed since has no weight to take back.
  while ((await ports.routes()).some(({ weights }) => state.canary in weights)) {
    const done = await ports.setWeights(state.original, signal);
    if (done === 'in sync') break;
    report({ event: 'waiting', state, reason: `not every proxy has ${inWords(state.original)} yet: ${done.missing}` });
    await ports.save(state);
    await pause(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  const ended: RolloutState = { ...state, phase: 'aborted', reason: 'by --abort', weights: state.original };
  await ports.save(ended, true);
  report({ event: 'ended', state: ended, reason: ended.reason });
  return ended;
}
