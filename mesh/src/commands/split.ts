import { type Cluster, UsageError } from '@mesh-platform/kubernetes';
import { type SplitService, split } from '../apply/split.ts';
import { readWeights, type Weights, weightsInWords } from '../apply/weights.ts';
import { saveWeights } from '../load/save-weights.ts';
import type { MeshObject } from '../object.ts';
import { policiesOf } from '../render/policies.ts';
import { withWeights } from '../topology/define-mesh.ts';
import type { Place } from './place.ts';
import { asJson, type CommandResult } from './place.ts';

/** A topology, as far as its weights are concerned. */
export interface SplitTopology extends Omit<SplitService, 'service' | 'render'> {
  /** The versions of each service. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  /** Every object of the topology, were these the weights of the service. */
  readonly render: (service: string, weights: Weights) => readonly MeshObject[];
}

export interface SplitCommandOptions {
  readonly json?: boolean;
  readonly signal?: AbortSignal;
}

/** Changes the weights of a place's running mesh; with `save` also in the topology's file. */
export async function run(
  place: Place,
  service: string,
  words: readonly string[],
  { save }: { readonly save: boolean },
): Promise<CommandResult> {
  const { environment } = await place.environment();
  const { mesh } = environment;
  const versions = new Map([...mesh.services].map(([name, { versions: all }]) => [name, all]));
  const weights = weightsOf(versions, service, words); // before the cluster: wrong words are wrong without one too
  const cluster = await place.cluster();
  const render = (name: string, others: Weights) => policiesOf({ ...environment, mesh: withWeights(mesh, name, others) });
  const result = await splitCommand(cluster, { topology: mesh.name, namespace: mesh.namespace, versions, render }, service, words, place);
  if (save) await saveWeights(place.topologyFile, service, weights);
  const kept = save
    ? 'the weights are in the file of the topology: commit it\n'
    : 'the file is unchanged: apply resets the weights to those of the file; --save keeps these\n';
  return place.json ? result : { ...result, output: result.output + kept };
}

function weightsOf(versions: SplitTopology['versions'], service: string, words: readonly string[]): Weights {
  const known = versions.get(service);
  if (!known) throw new UsageError(`there is no service ${service}`, `name one of: ${[...versions.keys()].join(', ')}`);
  return readWeights(service, known, words);
}

/** `split preview v1=80 v2=20`: changes the weights of the running mesh, and reports the milliseconds until its proxies had them. */
export async function splitCommand(
  cluster: Cluster,
  { topology, namespace, versions, render }: SplitTopology,
  service: string,
  words: readonly string[],
  { json = false, signal }: SplitCommandOptions = {},
): Promise<CommandResult> {
  const weights = weightsOf(versions, service, words);
  const { objects, proxies, milliseconds } = await split(
    cluster,
    { topology, namespace, service, render: (other) => render(service, other) },
    weights,
    signal ? { signal } : {},
  );
  return {
    output: json
      ? asJson({ service, weights: Object.fromEntries(weights), objects, proxies, milliseconds })
      : `${service} ${weightsInWords(weights)}: ${proxies.length} ${proxies.length === 1 ? 'proxy has' : 'proxies have'} it after ${milliseconds} ms\n`,
    exitCode: 0,
  };
}
