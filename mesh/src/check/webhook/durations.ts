import { NANOSECONDS, nanoseconds } from '../../names.ts';
import { broken, type Violations } from './rules.ts';

/** A duration of at least a millisecond, in whole milliseconds; `0s` where it switches something off. */
export function* duration(text: string | undefined, path: string, { orZero = false } = {}): Violations {
  if (text === undefined) return;
  const length = nanoseconds(text);
  if (length === undefined) {
    yield broken('MESH106', path, `'${text}' is no duration`, 'write a number with ms, s, m or h: 600ms, 1m30s');
    return;
  }
  if (orZero && length / NANOSECONDS.ms === 0n) return;
  if (length < NANOSECONDS.ms) yield broken('MESH106', path, `'${text}' is less than a millisecond`, 'write 1ms or more');
  else if (length % NANOSECONDS.ms !== 0n)
    yield broken('MESH106', path, `'${text}' is no whole number of milliseconds`, 'round it to milliseconds');
}

/** A duration of any length, of which istiod wants only that it can be read. */
export function* anyDuration(text: string | undefined, path: string): Violations {
  if (text !== undefined && nanoseconds(text) === undefined)
    yield broken('MESH106', path, `'${text}' is no duration`, 'write a number with ms, s, m or h: 0s, 1m30s');
}

/** A duration that a header carries in seconds. */
export function* wholeSeconds(text: string | undefined, path: string): Violations {
  yield* duration(text, path);
  if (text !== undefined && (nanoseconds(text) ?? 0n) % NANOSECONDS.s !== 0n)
    yield broken('MESH106', path, `'${text}' is no whole number of seconds`, 'round it to seconds');
}
