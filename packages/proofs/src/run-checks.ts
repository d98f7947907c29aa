import { messageOf } from '@mesh-platform/kubernetes';
import type { Check, Evidence, Scene, Stage } from './check.ts';
import { isMissing, type Missing } from './participants/platform.ts';

/** The result of a check. */
export interface Outcome extends Pick<Check, 'name' | 'title'> {
  /** The actions that show it; absent where there are no participants. */
  readonly does?: string;
  /** `no participants`: the topology has no services that could show it, which is no fault of the platform. */
  readonly result: 'passes' | 'fails' | 'not shown' | 'no participants';
  /** The evidence, or the reason for none. */
  readonly lines: readonly string[];
  readonly milliseconds: number;
}

/** Whether an outcome is a fault of the platform. */
export const isFault = ({ result }: Pick<Outcome, 'result'>): boolean => result === 'fails' || result === 'not shown';

interface Observer {
  readonly begins?: (check: Pick<Outcome, 'name' | 'title' | 'does'>) => void;
  readonly ends?: (outcome: Outcome) => void;
}

type Setting = Omit<Stage, 'cleanup'>;

/**
 * Shows one check after the other; what a check changed is taken back before the next one begins. A check whose needs did not
 * pass is not shown, nor is one for which the topology has no participants. Throws the reason of `signal` when it aborts, after everything
 * was taken back.
 */
export async function runChecks(checks: readonly Check[], setting: Setting, { begins, ends }: Observer = {}): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const check of checks) {
    setting.signal.throwIfAborted();
    const scene = check.cast(setting);
    const head = { name: check.name, title: check.title, ...(isMissing(scene) ? {} : { does: scene.does }) };
    begins?.(head);
    const outcome = { ...head, ...(await resultOf(check, scene, setting, outcomes)) };
    setting.signal.throwIfAborted();
    outcomes.push(outcome);
    ends?.(outcome);
  }
  return outcomes;
}

type Result = Pick<Outcome, 'result' | 'lines' | 'milliseconds'>;

async function resultOf(check: Check, scene: Scene | Missing, setting: Setting, before: readonly Outcome[]): Promise<Result> {
  const unmet = before.filter(({ name, result }) => check.needs.includes(name) && result !== 'passes');
  const needs = `needs ${unmet.map(({ name }) => name).join(', ')}`;
  if (unmet.some(isFault)) return unshown('not shown', `not shown (${needs})`);
  if (isMissing(scene)) return unshown('no participants', `not shown: ${scene.missing}`);
  if (unmet.length > 0) return unshown('no participants', `not shown (${needs}, for which there are no participants)`);
  const startedAt = performance.now();
  const { passes, lines } = await evidenceOf(scene, setting);
  return { result: passes ? 'passes' : 'fails', lines, milliseconds: Math.round(performance.now() - startedAt) };
}

const unshown = (result: Outcome['result'], why: string): Result => ({ result, lines: [why], milliseconds: 0 });

/** A check that cannot be shown to its end fails, and nor does one that leaves something behind. */
async function evidenceOf(scene: Scene, setting: Setting): Promise<Evidence> {
  const undo: (() => Promise<void>)[] = [];
  const failed = (error: unknown): Evidence => ({ passes: false, lines: [messageOf(error), ...causeOf(error)] });
  const evidence = await scene.show({ ...setting, cleanup: (one) => void undo.push(one) }).catch(failed);
  const left: string[] = [];
  for (const one of undo.reverse()) await one().catch((error: unknown) => left.push(`left behind: ${messageOf(error)}`));
  return { passes: evidence.passes && left.length === 0, lines: [...evidence.lines, ...left] };
}

const causeOf = (error: unknown): string[] => (error instanceof Error && error.cause ? [messageOf(error.cause)] : []);
