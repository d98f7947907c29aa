import { messageOf } from '@mesh-platform/kubernetes';
import { isMissing, type Missing } from './actors/missing.ts';
import type { Claim, Evidence, Scene, Stage } from './claim.ts';

/** What became of a claim. */
export interface Outcome extends Pick<Claim, 'name' | 'title'> {
  /** What is done to show it; absent where there is nobody to do it. */
  readonly does?: string;
  /** `no actors`: the topology has no services that could show it, which is no fault of the platform. */
  readonly result: 'holds' | 'fails' | 'not shown' | 'no actors';
  /** What was seen, or why nothing was. */
  readonly lines: readonly string[];
  readonly milliseconds: number;
}

/** Whether an outcome speaks against the platform. */
export const isFault = ({ result }: Pick<Outcome, 'result'>): boolean => result === 'fails' || result === 'not shown';

interface Observer {
  readonly begins?: (claim: Pick<Outcome, 'name' | 'title' | 'does'>) => void;
  readonly ends?: (outcome: Outcome) => void;
}

type Setting = Omit<Stage, 'cleanup'>;

/**
 * Shows one claim after the other; what a claim changed is taken back before the next one begins. A claim whose needs did not
 * hold is not shown, nor is one for which the topology has no actors. Throws the reason of `signal` when it aborts, after everything
 * was taken back.
 */
export async function runClaims(claims: readonly Claim[], setting: Setting, { begins, ends }: Observer = {}): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const claim of claims) {
    setting.signal.throwIfAborted();
    const scene = claim.cast(setting);
    const head = { name: claim.name, title: claim.title, ...(isMissing(scene) ? {} : { does: scene.does }) };
    begins?.(head);
    const outcome = { ...head, ...(await resultOf(claim, scene, setting, outcomes)) };
    setting.signal.throwIfAborted();
    outcomes.push(outcome);
    ends?.(outcome);
  }
  return outcomes;
}

type Result = Pick<Outcome, 'result' | 'lines' | 'milliseconds'>;

async function resultOf(claim: Claim, scene: Scene | Missing, setting: Setting, before: readonly Outcome[]): Promise<Result> {
  const unmet = before.filter(({ name, result }) => claim.needs.includes(name) && result !== 'holds');
  const needs = `needs ${unmet.map(({ name }) => name).join(', ')}`;
  if (unmet.some(isFault)) return unshown('not shown', `not shown (${needs})`);
  if (isMissing(scene)) return unshown('no actors', `not shown: ${scene.missing}`);
  if (unmet.length > 0) return unshown('no actors', `not shown (${needs}, for which there are no actors)`);
  const startedAt = performance.now();
  const { holds, lines } = await evidenceOf(scene, setting);
  return { result: holds ? 'holds' : 'fails', lines, milliseconds: Math.round(performance.now() - startedAt) };
}

const unshown = (result: Outcome['result'], why: string): Result => ({ result, lines: [why], milliseconds: 0 });

/** A claim that cannot be shown to its end does not hold, and nor does one that leaves something behind. */
async function evidenceOf(scene: Scene, setting: Setting): Promise<Evidence> {
  const undo: (() => Promise<void>)[] = [];
  const failed = (error: unknown): Evidence => ({ holds: false, lines: [messageOf(error), ...causeOf(error)] });
  const evidence = await scene.show({ ...setting, cleanup: (one) => void undo.push(one) }).catch(failed);
  const left: string[] = [];
  for (const one of undo.reverse()) await one().catch((error: unknown) => left.push(`left behind: ${messageOf(error)}`));
  return { holds: evidence.holds && left.length === 0, lines: [...evidence.lines, ...left] };
}

const causeOf = (error: unknown): string[] => (error instanceof Error && error.cause ? [messageOf(error.cause)] : []);
