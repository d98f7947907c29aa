import { RE2JS } from 're2js';

const MAX_BYTES = 1024;
const faults = new Map<string, string | undefined>();

/** Why Envoy would not take a regular expression, in RE2's syntax; undefined where it would. */
export function regexFault(regex: string): string | undefined {
  if (!faults.has(regex)) faults.set(regex, findFault(regex));
  return faults.get(regex);
}

function findFault(regex: string): string | undefined {
  if (regex === '') return 'it is empty';
  if (Buffer.byteLength(regex) > MAX_BYTES) return `it is longer than ${MAX_BYTES} bytes`;
  try {
    RE2JS.compile(regex);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
