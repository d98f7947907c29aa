import { styleText } from 'node:util';
import { type Cluster, nameOf } from '@mesh-platform/kubernetes';
import { type Action, type Desired, type FieldChange, isInSync, type Plan, type PlannedObject, plan } from '../apply/plan.ts';
import { weightsIn, weightsInWords } from '../apply/weights.ts';
import { resolveHost } from '../names.ts';
import { asJson, type CommandResult, desiredIn, type Place } from './place.ts';

export interface PlanOptions {
  readonly json?: boolean;
  /** Exit with 3 where the cluster differs from the topology. */
  readonly detailedExitcode?: boolean;
}

/** Shows the differences between the cluster and the topology of a place. */
export async function run(place: Place, options: PlanOptions): Promise<CommandResult> {
  const { cluster, desired } = await desiredIn(place);
  return planCommand(cluster, desired, { ...options, json: place.json });
}

/** Shows what apply would do, from the API server's dry run; changes nothing. */
export async function planCommand(cluster: Cluster, desired: Desired, options: PlanOptions = {}): Promise<CommandResult> {
  const found = await plan(cluster, desired);
  return {
    output: options.json ? asJson(planJson(found)) : planText(found),
    exitCode: options.detailedExitcode && !isInSync(found) ? 3 : 0,
  };
}

/** The words of Terraform and kubectl. */
const words = {
  create: { sign: '+', colour: 'green' },
  update: { sign: '~', colour: 'yellow' },
  conflict: { sign: '!', colour: 'magenta' },
  delete: { sign: '-', colour: 'red' },
  unchanged: { sign: ' ', colour: 'gray' },
} as const satisfies Record<Action, unknown>;

/** Prints a plan: the action for each object and its reason, with a line for each field. In colour where standard output has them. */
export function planText(plan: Plan): string {
  const differing = plan.objects.filter(({ action }) => action !== 'unchanged');
  const lines = differing.flatMap((planned) => [headline(planned), ...reasons(planned).map((line) => `    ${line}`)]);
  return [...plan.warnings.map((warning) => `warning: ${warning}`), ...lines, ...(lines.length > 0 ? [''] : []), summary(plan), ''].join(
    '\n',
  );
}

const headline = ({ action, object }: PlannedObject): string =>
  styleText(words[action].colour, `${words[action].sign} ${action.padEnd('conflict'.length)} ${nameOf(object)}`);

function reasons(planned: PlannedObject): string[] {
  const { changes, overriddenManagers, conflicts, split } = planned;
  return [
    ...(split ? [drift(planned, split)] : []),
    ...changes.map(changeLine),
    ...(overriddenManagers.length > 0 ? [`drift: changed by ${overriddenManagers.join(', ')}; apply reverts it`] : []),
    ...conflicts.map(({ manager, field }) => `conflict: ${field || 'the object'} belongs to ${manager}; apply skips the object`),
  ];
}

/** `drift: split by hand preview v1=50 v2=50; the file sets v1=80 v2=20` */
function drift({ object }: PlannedObject, split: string): string {
  const service = split.split(' ')[0] ?? '';
  const declared = weightsIn(object, resolveHost(service, object.metadata?.namespace ?? ''));
  return `drift: split by hand ${split}${declared ? `; the file sets ${weightsInWords(declared)}` : ''}`;
}

const changeLine = ({ path, before, after }: FieldChange): string => `${path}: ${value(before)} → ${value(after)}`;

const value = (it: unknown): string => (it === undefined ? 'nothing' : typeof it === 'string' ? it : JSON.stringify(it));

function summary(plan: Plan): string {
  if (isInSync(plan)) return `the cluster matches the topology ${plan.topology}: ${plan.objects.length} objects`;
  const counts = Object.entries(SUMMARY).flatMap(([action, outcome]) => {
    const count = plan.objects.filter((planned) => planned.action === action).length;
    return count > 0 ? [`${count} ${outcome}`] : [];
  });
  return `${plan.topology}: ${counts.join(', ')}`;
}

const SUMMARY: Readonly<Record<Action, string>> = {
  create: 'to create',
  update: 'to update',
  delete: 'to delete',
  conflict: 'in conflict',
  unchanged: 'unchanged',
};

/** A plan for a program. */
export const planJson = (plan: Plan): object => ({
  topology: plan.topology,
  inSync: isInSync(plan),
  warnings: plan.warnings,
  objects: plan.objects.map(({ action, object, changes, overriddenManagers, conflicts, split }) => ({
    action,
    object: nameOf(object),
    ...(changes.length > 0 ? { changes } : {}),
    ...(overriddenManagers.length > 0 ? { overriddenManagers } : {}),
    ...(conflicts.length > 0 ? { conflicts } : {}),
    ...(split ? { split } : {}),
  })),
});
