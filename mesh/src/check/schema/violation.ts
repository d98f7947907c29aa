import { nameOf } from '@mesh-platform/kubernetes/object';
import { kept } from '../../kept.ts';
import { type MeshObject, originOf } from '../../object.ts';
import type { Check, Severity } from '../check.ts';

/** An error, and the fix. */
export interface Problem {
  readonly message: string;
  readonly hint: string;
}

/** A violation in one object. */
export interface Violation<Code extends string = string> extends Problem {
  readonly code: Code;
  /** `spec.http[0].retries.attempts`; empty for the whole object. */
  readonly path: string;
}

/** How names look as steps: the same few come again and again. */
const steps = new Map<string, string>();

const stepOf = (name: string): string => kept(steps, name, () => (/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`));

/** Steps into an object: `.name`, or `["x-name"]` where a name is no word. */
export const field = (path: string, ...names: readonly string[]): string =>
  names.reduce((at, name) => (at ? at + stepOf(name) : name), path);

/** A step into a list. */
export const item = (path: string, index: number): string => `${path}[${index}]`;

/** The items of a list, each with its path. */
export const items = <T>(list: readonly T[] = [], path: string): readonly (readonly [T, string])[] =>
  list.map((one, index) => [one, item(path, index)]);

export interface Rule {
  /** The requirement, in a short phrase. */
  readonly title: string;
  readonly severity?: Severity;
}

/** A check per code; each object is read once for all of them. */
export function checksOf<Code extends string>(
  rules: Readonly<Record<Code, Rule>>,
  violationsOf: (object: MeshObject) => readonly Violation<Code>[],
): readonly Check[] {
  return (Object.entries(rules) as [Code, Rule][]).map(([code, rule]) => ({
    code,
    ...rule,
    find: ({ objects }) =>
      objects
        .map((object) => ({ object, violations: violationsOf(object) }))
        .filter(({ violations }) => violations.length > 0)
        .flatMap(({ object, violations }) => found(object, violations, code)),
  }));
}

const found = (object: MeshObject, violations: readonly Violation[], code: string) =>
  violations
    .filter((violation) => violation.code === code)
    .map(({ path, message, hint }) => ({ object: nameOf(object), path, message, hint, ...originOf(object) }));

/** A function of an object that runs once for each. */
export function oncePerObject<Result>(compute: (object: MeshObject) => Result): (object: MeshObject) => Result {
  const known = new WeakMap<MeshObject, Result>();
  return (object) => kept(known, object, () => compute(object));
}
