import { nameOf } from '@mesh-platform/kubernetes';
import { type MeshObject, originOf } from '../object.ts';
import type { Check, Finding, Subject } from './check.ts';

/** Runs every check. Findings are sorted by object, then by code and place. */
export function runChecks(subject: Subject, checks: readonly Check[]): readonly Finding[] {
  const places = placesOf(subject.objects);
  const found = checks.flatMap((check): readonly Finding[] =>
    check.find(subject).map((finding) => ({
      code: check.code,
      severity: check.styleOnly && !subject.mesh ? 'warning' : (check.severity ?? 'error'),
      ...finding,
      ...originAt(places.get(finding.object)?.object),
    })),
  );
  const place = ({ object }: Finding) => places.get(object)?.index ?? subject.objects.length;
  return found.sort((a, b) => place(a) - place(b) || compare(a.code, b.code) || compare(a.path, b.path) || compare(a.message, b.message));
}

interface Place {
  readonly index: number;
  readonly object: MeshObject;
}

/** By name; the first of two objects that are called alike. */
function placesOf(objects: readonly MeshObject[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const [index, object] of objects.entries()) {
    const name = nameOf(object);
    if (!places.has(name)) places.set(name, { index, object });
  }
  return places;
}

const originAt = (object: MeshObject | undefined): Pick<Finding, 'file' | 'line'> => (object ? (originOf(object) ?? {}) : {});

/** The same on every machine, whatever its language. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
