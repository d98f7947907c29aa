import { explain } from '../explain/explain.ts';
import { describeExplanation, type ExplainRequest, type Explanation } from '../explain/explanation.ts';
import type { Mesh } from '../topology/mesh.ts';
import { asJson, type CommandResult, type Place } from './place.ts';

/** Explains how the proxies would handle a request with the topology of a place. A denied request is a result, not a failure: the exit status is 0. */
export async function run(place: Pick<Place, 'json' | 'environment'>, request: ExplainRequest): Promise<CommandResult> {
  const { environment, rendered } = await place.environment();
  const explanation = explain(rendered.objects, { trustDomain: environment.mesh.trustDomain, ...request });
  if (place.json) return { output: asJson(explanation), exitCode: 0 };
  const hint = hintOf(explanation, request, environment.mesh);
  return { output: `${describeExplanation(explanation)}${hint ? `→ ${hint}\n` : ''}`, exitCode: 0 };
}

/** What to do where the topology denies the request, and where the cluster may differ from what is shown; undefined where there is nothing to add. */
function hintOf({ allowed, reason, targets }: Explanation, { from, to }: ExplainRequest, mesh: Mesh): string | undefined {
  if (allowed !== 'no') return targets.length > 1 ? "weights are the topology's; mesh plan shows where the cluster has others" : undefined;
  const caller = mesh.services.get(from);
  if (!caller || !mesh.services.has(to) || (reason !== 'own-proxy' && reason !== 'authorization')) return undefined;
  const call = caller.calls.find((one) => one.to === to);
  if (!call) return `if it is meant, declare ${to} under calls of ${from} in the topology (./platform connect ${from} ${to}), and apply it`;
  const declared = call.operations.flatMap(({ methods, paths }) =>
    paths.map((path) => [methods.join(' or '), path].filter(Boolean).join(' ')),
  );
  return `if it is meant, add it to calls of ${from}, ${to}, in the topology, and apply it; declared: ${declared.join(', ')}`;
}
