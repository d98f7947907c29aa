import { type Cluster, nameOf, PlatformError, type Progress } from '@mesh-platform/kubernetes';
import { apply } from '../apply/apply.ts';
import { type DrainingProxy, stillDraining } from '../apply/draining.ts';
import { type Desired, type Plan, plan, policiesIn } from '../apply/plan.ts';
import { asJson, type CommandResult, desiredIn, type Place } from './place.ts';
import { planJson, planText } from './plan.ts';

export interface ApplyCommandOptions {
  readonly json?: boolean;
  /** Delete objects that are no longer declared, and revert manual changes, without asking. */
  readonly yes?: boolean;
  /** Asks the user at the terminal; undefined where there is no terminal. */
  readonly ask?: (question: string) => Promise<boolean>;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

export interface ScopedApplyOptions extends ApplyCommandOptions {
  /** Apply only the policies that Istio reads: another tool, such as skaffold, deploys the workloads. */
  readonly policies?: boolean;
}

/** Applies the topology of a place to its cluster. Ctrl-C stops between two requests, and the next run continues. */
export async function run(place: Place, { policies = false, ...options }: ScopedApplyOptions): Promise<CommandResult> {
  const { cluster, desired } = await desiredIn(place);
  const interrupted = new AbortController();
  const stop = () => interrupted.abort(new Error('interrupted: run apply again to continue'));
  process.once('SIGINT', stop);
  try {
    return await applyCommand(cluster, policies ? policiesIn(desired) : desired, {
      ...options,
      json: place.json,
      progress: place.progress,
      signal: interrupted.signal,
    });
  } finally {
    process.off('SIGINT', stop);
  }
}

/**
 * Applies the topology to the cluster. It asks before it deletes an object or reverts a manual change. Without a terminal and
 * without `yes`, it fails before the first change. Exits with 1 where another controller owns fields that the topology
 * declares; it applies everything else.
 */
export async function applyCommand(cluster: Cluster, desired: Desired, options: ApplyCommandOptions = {}): Promise<CommandResult> {
  const { json = false, progress, signal } = options;
  const planned = await plan(cluster, desired);
  if (!(await agreed(planned, options))) return { output: json ? asJson({ applied: false }) : 'nothing was changed\n', exitCode: 1 };
  const startedAt = performance.now();
  const { draining } = await apply(cluster, desired, { plan: planned, ...(progress ? { progress } : {}), ...(signal ? { signal } : {}) });
  const milliseconds = Math.round(performance.now() - startedAt);
  const conflicts = planned.objects.filter(({ action }) => action === 'conflict');
  return {
    output: json
      ? asJson({ applied: true, milliseconds, draining, ...planJson(planned) })
      : `${planText(planned)}${closing(planned, milliseconds, draining)}\n`,
    exitCode: conflicts.length > 0 ? 1 : 0,
  };
}

/** The changes that the next run cannot undo: deletions, and reverted manual changes. */
function losses({ objects }: Plan): string[] {
  return objects.flatMap((planned) => {
    if (planned.action === 'delete') return [`delete ${nameOf(planned.object)}`];
    return planned.overriddenManagers.length > 0
      ? [`revert the changes of ${planned.overriddenManagers.join(', ')} to ${nameOf(planned.object)}`]
      : [];
  });
}

async function agreed(planned: Plan, { yes, ask }: ApplyCommandOptions): Promise<boolean> {
  const lost = losses(planned);
  if (lost.length === 0 || yes) return true;
  if (ask) return ask(`${planText(planned)}\napply this?`);
  throw new PlatformError(`apply would ${lost.join(', ')}`, 'run plan to see the changes, then apply --yes; nothing was changed');
}

function closing({ objects }: Plan, milliseconds: number, draining: readonly DrainingProxy[]): string {
  const conflicts = objects.filter(({ action }) => action === 'conflict').length;
  const left =
    conflicts > 0 ? `; skipped ${conflicts} that other controllers own: remove them from the topology, or stop those controllers` : '';
  const back = objects.filter(({ split }) => split).length > 0 ? '; the weights are those of the file again' : '';
  const open = draining.length > 0 ? `; ${stillDraining(draining)}` : '';
  return `applied, and every proxy is in sync (${(milliseconds / 1000).toFixed(1)} s)${open}${back}${left}`;
}
