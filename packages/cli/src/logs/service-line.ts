import { parseObject, type Writer } from './access-entry.ts';

/** One line that a service wrote. */
export interface ServiceLine extends Writer {
  /** When it was written, in milliseconds since 1970. */
  readonly time: number;
  /** pino's name of it; `info` where the line is plain text. */
  readonly level: string;
  readonly message: string;
  readonly requestId: string | undefined;
  /** Its other fields, in its order. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Fields that are the same in each line of a pod, and those that the columns next to the message show. */
const SHOWN_ELSEWHERE = new Set(['level', 'time', 'service', 'version', 'pod', 'msg', 'requestId']);
/** PostgreSQL's own lines: `2026-11-25 15:00:00.000 UTC [1] LOG:  database system is ready` */
const POSTGRES_LINE = /^\d{4}-\d\d-\d\d [\d:.]+ \S+ \[\d+\] (\w+): {2}(.*)$/s;
const POSTGRES_LEVELS: Readonly<Record<string, string>> = { WARNING: 'warn', ERROR: 'error', FATAL: 'fatal', PANIC: 'fatal' };

/** Reads what a service wrote: pino's JSON, PostgreSQL's lines, or any text as it is. */
export function parseServiceLine({ time, text }: { readonly time: string; readonly text: string }, writer: Writer): ServiceLine {
  const at = Date.parse(time);
  const object = parseObject(text);
  if (!object) {
    const [, level = '', message = text] = POSTGRES_LINE.exec(text) ?? [];
    return { ...writer, time: at, level: POSTGRES_LEVELS[level] ?? 'info', message, requestId: undefined, fields: {} };
  }
  return {
    ...writer,
    time: at,
    level: typeof object.level === 'string' ? object.level : 'info',
    message: typeof object.msg === 'string' ? object.msg : '',
    requestId: typeof object.requestId === 'string' ? object.requestId : undefined,
    fields: Object.fromEntries(Object.entries(object).filter(([name]) => !SHOWN_ELSEWHERE.has(name))),
  };
}

/** `request  method=GET path=/documents status=200 ms=4.1` */
export function describeServiceLine({ message, fields }: Pick<ServiceLine, 'message' | 'fields'>): string {
  const words = Object.entries(fields).map(([name, value]) => {
    if (isError(value)) return `${name}=${JSON.stringify(value.message ?? '')}`;
    return `${name}=${typeof value === 'string' && /^[^\s="]+$/.test(value) ? value : JSON.stringify(value)}`;
  });
  return [message, words.join(' ')].filter(Boolean).join('  ');
}

/** The stacks of the errors that a line carries; empty where it carries none. */
export const stacksOf = ({ fields }: Pick<ServiceLine, 'fields'>): string =>
  Object.values(fields)
    .filter(isError)
    .map(({ stack }) => stack)
    .join('\n');

interface LoggedError {
  readonly message?: string;
  readonly stack: string;
}
const isError = (value: unknown): value is LoggedError =>
  typeof value === 'object' && value !== null && 'stack' in value && typeof value.stack === 'string';
