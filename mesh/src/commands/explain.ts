import { explain } from '../explain/explain.ts';
import { describeExplanation, type ExplainRequest } from '../explain/explanation.ts';
import { asJson, type CommandResult, type Place } from './place.ts';

/** Explains how the proxies would handle a request with the topology of a place. A denied request is a result, not a failure: the exit status is 0. */
export async function run(place: Pick<Place, 'json' | 'environment'>, request: ExplainRequest): Promise<CommandResult> {
  const { environment, rendered } = await place.environment();
  const explanation = explain(rendered.objects, { trustDomain: environment.mesh.trustDomain, ...request });
  return { output: place.json ? asJson(explanation) : describeExplanation(explanation), exitCode: 0 };
}
