import { type Cluster, nameOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { apply } from '../apply/apply.ts';
import type { Desired } from '../apply/owned.ts';
import { type Plan, plan } from '../apply/plan.ts';
import { asJson, type CommandResult } from './command-result.ts';
import { planJson, planText } from './plan-text.ts';

export interface ApplyCommandOptions {
  readonly json?: boolean;
  readonly colours?: boolean;
  /** Delete what is no longer declared, and take back what people changed, without asking. */
  readonly yes?: boolean;
  /** Asks the person at the terminal; undefined where nobody is there to answer. */
  readonly ask?: (question: string) => Promise<boolean>;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/**
 * Makes the cluster what the topology says. Before it deletes something or takes something back from a person it asks; where nobody
 * can answer and `yes` was not said, it ends before the first change. Exits with 1 where another controller owns what the topology
 * declares: everything else has been applied then.
 */
export async function applyCommand(cluster: Cluster, desired: Desired, options: ApplyCommandOptions = {}): Promise<CommandResult> {
  const { json = false, colours = false, progress, signal } = options;
  const planned = await plan(cluster, desired);
  if (!(await agreed(planned, options))) return { output: json ? asJson({ applied: false }) : 'nothing was changed\n', exitCode: 1 };
  const startedAt = performance.now();
  await apply(cluster, desired, { plan: planned, ...(progress ? { progress } : {}), ...(signal ? { signal } : {}) });
  const milliseconds = Math.round(performance.now() - startedAt);
  const conflicts = planned.objects.filter(({ action }) => action === 'conflict');
  return {
    output: json
      ? asJson({ applied: true, milliseconds, ...planJson(planned) })
      : `${planText(planned, colours)}${closing(planned, milliseconds)}\n`,
    exitCode: conflicts.length > 0 ? 1 : 0,
  };
}

/** What cannot be undone by running the command again: deletions, and edits of people. */
function losses({ objects }: Plan): string[] {
  return objects.flatMap((planned) => {
    if (planned.action === 'prune') return [`delete ${nameOf(planned.object)}`];
    return planned.takenBackFrom.length > 0 ? [`take ${nameOf(planned.object)} back from ${planned.takenBackFrom.join(', ')}`] : [];
  });
}

async function agreed(planned: Plan, { yes, ask, colours = false }: ApplyCommandOptions): Promise<boolean> {
  const lost = losses(planned);
  if (lost.length === 0 || yes) return true;
  if (ask) return ask(`${planText(planned, colours)}\napply this?`);
  throw new PlatformError(`apply would ${lost.join(', ')}`, 'see it with plan, then say apply --yes; nothing was changed');
}

function closing({ objects }: Plan, milliseconds: number): string {
  const conflicts = objects.filter(({ action }) => action === 'conflict').length;
  const left = conflicts > 0 ? `; ${conflicts} left to their owners: take them out of the topology, or end what changes them` : '';
  const back = objects.filter(({ split }) => split).length > 0 ? '; the weights are the file’s again' : '';
  return `applied, and every proxy holds it (${(milliseconds / 1000).toFixed(1)} s)${back}${left}`;
}
