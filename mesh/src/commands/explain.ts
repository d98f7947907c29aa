import { explain } from '../explain/explain.ts';
import { describeExplanation, type ExplainRequest } from '../explain/explanation.ts';
import type { MeshObject } from '../object.ts';
import { asJson, type CommandResult } from './command-result.ts';

/** Explains how the proxies would handle a request. A denied request is a result, not a failure: the exit status is 0. */
export function explainCommand(
  objects: readonly MeshObject[],
  request: ExplainRequest,
  { json }: { readonly json: boolean },
): CommandResult {
  const explanation = explain(objects, request);
  return { output: json ? asJson(explanation) : describeExplanation(explanation), exitCode: 0 };
}
