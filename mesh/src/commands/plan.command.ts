import type { Cluster } from '@mesh-platform/kubernetes';
import { type Desired, isInSync, plan } from '../apply/plan.ts';
import { asJson, type CommandResult } from './command-result.ts';
import { planJson, planText } from './plan-text.ts';

export interface PlanOptions {
  readonly json?: boolean;
  readonly colours?: boolean;
  /** Exit with 3 where the cluster differs from the topology. */
  readonly detailedExitcode?: boolean;
}

/** Shows what apply would do, from the API server's dry run; changes nothing. */
export async function planCommand(cluster: Cluster, desired: Desired, options: PlanOptions = {}): Promise<CommandResult> {
  const found = await plan(cluster, desired);
  return {
    output: options.json ? asJson(planJson(found)) : planText(found, options.colours ?? false),
    exitCode: options.detailedExitcode && !isInSync(found) ? 3 : 0,
  };
}
