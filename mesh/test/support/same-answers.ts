import { UsageError } from '@mesh-platform/kubernetes';
import { explain } from '../../src/explain/explain.ts';
import type { ExplainRequest } from '../../src/explain/explanation.ts';
import type { MeshObject } from '../../src/object.ts';
import type { Random } from './random.ts';

const METHODS = ['GET', 'POST', 'DELETE'];

/** The versions that answer a request, with their percents: none where it is denied, or where there is no gateway. */
function answersTo(objects: readonly MeshObject[], request: ExplainRequest): ReadonlyMap<string, number> {
  const answers = new Map<string, number>();
  try {
    const { allowed, targets } = explain(objects, request);
    if (allowed === 'no') return answers;
    for (const { host, version, percent } of targets.filter((target) => target.percent > 0)) {
      const name = `${host} ${version || 'v1'}`; // import names pods without a version so
      answers.set(name, (answers.get(name) ?? 0) + percent);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
  return answers;
}

/** Random requests that explain answers differently for two sets of objects; percents may differ by less than one, which rounding takes. */
export function differentAnswers(
  [given, made]: readonly [readonly MeshObject[], readonly MeshObject[]],
  { callers, paths, count }: { readonly callers: readonly string[]; readonly paths: readonly string[]; readonly count: number },
  random: Random,
): readonly string[] {
  const callees = callers.filter((name) => name !== 'gateway');
  return Array.from({ length: count }, () => {
    const request = { from: random.pick(callers), to: random.pick(callees), method: random.pick(METHODS), path: random.pick(paths) };
    const [before, after] = [answersTo(given, request), answersTo(made, request)];
    const names = [...new Set([...before.keys(), ...after.keys()])];
    const alike = names.every((name) => Math.abs((before.get(name) ?? 0) - (after.get(name) ?? 0)) < 1);
    return alike ? '' : `${JSON.stringify(request)}: ${JSON.stringify([...before])}, then ${JSON.stringify([...after])}`;
  }).filter(Boolean);
}
