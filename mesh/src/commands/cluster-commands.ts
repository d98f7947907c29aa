import type { Cluster } from '@mesh-platform/kubernetes';
import { type Desired, policiesIn } from '../apply/plan.ts';
import { readWeights } from '../apply/split.ts';
import type { LoadedEnvironment } from '../load/load-environment.ts';
import { saveWeights } from '../load/save-weights.ts';
import { policiesOf } from '../render/policies.ts';
import { withWeights } from '../topology/define-mesh.ts';
import { type ApplyCommandOptions, applyCommand } from './apply.command.ts';
import type { CommandResult } from './command-result.ts';
import type { Place } from './place.ts';
import { type PlanOptions, planCommand } from './plan.command.ts';
import { splitCommand } from './split.command.ts';

export interface ScopedApplyOptions extends ApplyCommandOptions {
  /** Apply only the policies that Istio reads: another tool, such as skaffold, deploys the workloads. */
  readonly policies?: boolean;
}

/** Shows the differences between the cluster and the topology. */
export async function plan(place: Place, options: PlanOptions): Promise<CommandResult> {
  const { cluster, desired } = await desiredIn(place);
  return planCommand(cluster, desired, { ...options, json: place.json });
}

/** Applies the topology to the cluster. Ctrl-C stops between two requests, and the next run continues. */
export async function apply(place: Place, { policies = false, ...options }: ScopedApplyOptions): Promise<CommandResult> {
  const { cluster, desired: all } = await desiredIn(place);
  const desired = policies ? policiesIn(all) : all;
  const interrupted = new AbortController();
  const stop = () => interrupted.abort(new Error('interrupted: run apply again to continue'));
  process.once('SIGINT', stop);
  try {
    return await applyCommand(cluster, desired, { ...options, json: place.json, progress: place.progress, signal: interrupted.signal });
  } finally {
    process.off('SIGINT', stop);
  }
}

/** Changes the weights of the running mesh; with `save` also in the topology's file. */
export async function split(
  place: Place,
  service: string,
  words: readonly string[],
  { save }: { readonly save: boolean },
): Promise<CommandResult> {
  const [loaded, cluster] = await Promise.all([place.environment(), place.cluster()]);
  const { mesh } = loaded.environment;
  const versions = new Map([...mesh.services].map(([name, { versions: all }]) => [name, all]));
  const render = (name: string, weights: ReadonlyMap<string, number>) =>
    policiesOf({ ...loaded.environment, mesh: withWeights(mesh, name, weights) });
  const result = await splitCommand(cluster, { topology: mesh.name, namespace: mesh.namespace, versions, render }, service, words, place);
  if (save) await saveWeights(place.topologyFile, service, readWeights(service, versions.get(service) ?? [], words));
  return result;
}

async function desiredIn(place: Place): Promise<{ cluster: Cluster; desired: Desired }> {
  const [loaded, cluster] = await Promise.all([place.environment(), place.cluster()]);
  return { cluster, desired: await desiredOf(loaded, cluster, place) };
}

async function desiredOf({ environment: { mesh }, rendered }: LoadedEnvironment, cluster: Cluster, place: Place): Promise<Desired> {
  return { topology: mesh.name, namespace: mesh.namespace, objects: await place.prepared(rendered.objects, cluster) };
}
