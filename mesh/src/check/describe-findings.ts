import type { Finding } from './check.ts';

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
  const where = file === undefined ? '' : `${file}:${line}  `;
  return `${severity === 'error' ? '✗' : '!'} ${code} ${severity}  ${where}${object}${path ? `  ${path}` : ''}\n    ${message}\n    → ${hint}\n`;
}

/** For people; the last line counts. */
export function describeReport({ objects, errors, warnings, findings }: CheckReport): string {
  const total = findings.length === 0 ? '✓ nothing found' : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
  return `${findings.map(describeFinding).join('')}${total} in ${counted(objects, 'object')}\n`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
