import { split } from '../apply/split.ts';
import { readWeights, weightsInWords } from '../apply/weights.ts';
import { saveWeights } from '../load/save-weights.ts';
import { rolloutService } from '../rollout/run-rollout.ts';
import { asJson, type CommandResult, type Place } from './place.ts';

/**
 * `split preview v1=80 v2=20`: changes the weights of a place's running mesh, and reports the milliseconds until its proxies had them; with `save` also
 * in the topology's file.
 */
export async function run(
  place: Place,
  service: string,
  words: readonly string[],
  { save }: { readonly save: boolean },
): Promise<CommandResult> {
  const { environment } = await place.environment();
  const found = rolloutService(environment, service);
  const weights = readWeights(service, found.versions, words); // before the cluster: wrong words are wrong without one too
  const { objects, proxies, milliseconds } = await split(await place.cluster(), found, weights);
  if (save) await saveWeights(place.topologyFile, service, weights);
  const report = { service, weights: Object.fromEntries(weights), objects, proxies, milliseconds };
  if (place.json) return { output: asJson(report), exitCode: 0 };
  const done = `${proxies.length} ${proxies.length === 1 ? 'proxy has' : 'proxies have'} it after ${milliseconds} ms`;
  const kept = save
    ? 'the weights are in the file of the topology: commit it'
    : 'the file is unchanged: apply resets the weights to those of the file; --save keeps these';
  return { output: `${service} ${weightsInWords(weights)}: ${done}\n${kept}\n`, exitCode: 0 };
}
