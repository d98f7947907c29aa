import { messageOf } from '@mesh-platform/kubernetes';
import type { Claim, Evidence, Stage } from './claim.ts';

/** What became of a claim. */
export interface Outcome extends Pick<Claim, 'name' | 'title' | 'does'> {
  readonly result: 'holds' | 'fails' | 'not shown';
  /** What was seen, or why nothing was. */
  readonly lines: readonly string[];
  readonly milliseconds: number;
}

interface Observer {
  readonly begins?: (claim: Claim) => void;
  readonly ends?: (outcome: Outcome) => void;
}

/**
 * Shows one claim after the other; what a claim changed is taken back before the next one begins. A claim whose needs did not
 * hold is not shown. Throws the reason of `signal` when it aborts, after everything was taken back.
 */
export async function runClaims(
  claims: readonly Claim[],
  setting: Omit<Stage, 'cleanup'>,
  { begins, ends }: Observer = {},
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const claim of claims) {
    setting.signal.throwIfAborted();
    begins?.(claim);
    const outcome = await outcomeOf(claim, setting, outcomes);
    setting.signal.throwIfAborted();
    outcomes.push(outcome);
    ends?.(outcome);
  }
  return outcomes;
}

async function outcomeOf(claim: Claim, setting: Omit<Stage, 'cleanup'>, before: readonly Outcome[]): Promise<Outcome> {
  const { name, title, does, needs } = claim;
  const missing = before.filter((outcome) => needs.includes(outcome.name) && outcome.result !== 'holds');
  if (missing.length > 0) {
    const names = missing.map((outcome) => outcome.name).join(', ');
    return { name, title, does, result: 'not shown', lines: [`not shown (needs ${names})`], milliseconds: 0 };
  }
  const startedAt = performance.now();
  const { holds, lines } = await evidenceOf(claim, setting);
  return { name, title, does, result: holds ? 'holds' : 'fails', lines, milliseconds: Math.round(performance.now() - startedAt) };
}

/** A claim that cannot be shown to its end does not hold, and nor does one that leaves something behind. */
async function evidenceOf(claim: Claim, setting: Omit<Stage, 'cleanup'>): Promise<Evidence> {
  const undo: (() => Promise<void>)[] = [];
  const failed = (error: unknown): Evidence => ({ holds: false, lines: [messageOf(error), ...causeOf(error)] });
  const evidence = await claim.show({ ...setting, cleanup: (one) => void undo.push(one) }).catch(failed);
  const left: string[] = [];
  for (const one of undo.reverse()) await one().catch((error: unknown) => left.push(`left behind: ${messageOf(error)}`));
  return { holds: evidence.holds && left.length === 0, lines: [...evidence.lines, ...left] };
}

const causeOf = (error: unknown): string[] => (error instanceof Error && error.cause ? [messageOf(error.cause)] : []);
