import { styleText } from 'node:util';
import { nameOf } from '@mesh-platform/kubernetes';
import { type MeshObject, originOf } from '../object.ts';
import type { Check, Finding, Subject } from './check.ts';
import { rules } from './rules/index.ts';
import { schemaChecks } from './schema/index.ts';
import { fileChecks } from './unreadable-file.ts';
import { webhookChecks } from './webhook/index.ts';

/** Every check, by code: errors of the API server, files that are not read, errors of istiod's webhook, and errors that neither of them finds. */
export const allChecks: readonly Check[] = [...schemaChecks, ...fileChecks, ...webhookChecks, ...rules];

/** Runs every check. Findings are sorted by object, then by code and place. */
export function runChecks(subject: Subject, checks: readonly Check[]): readonly Finding[] {
  const places = placesOf(subject.objects);
  const found = checks.flatMap((check): readonly Finding[] =>
    check.find(subject).map((finding) => ({
      code: check.code,
      severity: check.styleOnly && !subject.mesh ? 'warning' : (check.severity ?? 'error'),
      ...originAt(places.get(finding.object)?.object),
      ...finding,
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

/** The findings of checks, as JSON. */
export interface CheckReport {
  readonly objects: number;
  readonly errors: number;
  readonly warnings: number;
  readonly findings: readonly Finding[];
}

export function reportOf(objects: number, findings: readonly Finding[]): CheckReport {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { objects, errors, warnings: findings.length - errors, findings };
}

/** Three lines: where, what is wrong, what to do. */
export function describeFinding({ code, severity, object, path, message, hint, file, line }: Finding): string {
  const where = file === undefined ? '' : `${file}:${line}`;
  const place = [where, object, path].filter((part) => part !== '').join('  ');
  const mark = severity === 'error' ? styleText('red', '✗') : styleText('yellow', '!');
  return `${mark} ${code} ${severity}  ${place}\n    ${message}\n    → ${hint}\n`;
}

/** For people; the last line counts. */
export const describeReport = (report: CheckReport): string => report.findings.map(describeFinding).join('') + describeTotal(report);

/** `1 error, 2 warnings in 7 objects` */
export function describeTotal({ objects, errors, warnings, findings }: CheckReport): string {
  const total =
    findings.length === 0 ? `${styleText('green', '✓')} nothing found` : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
  return `${total} in ${counted(objects, 'object')}\n`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
