import { broken, type Violations } from './rules.ts';

const NANOSECONDS = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const PART = /(?:(\d+)(?:\.(\d*))?|\.(\d+))(ns|us|µs|μs|ms|s|m|h)/g;
const WHOLE = new RegExp(`^[+-]?(?:0|(?:${PART.source})+)$`);
const MAX = 2n ** 63n - 1n;

const known = new Map<string, bigint | undefined>();

/** Nanoseconds of a duration as Go writes it; undefined where it is none. https://pkg.go.dev/time#ParseDuration */
export function nanoseconds(text: string): bigint | undefined {
  if (!known.has(text)) known.set(text, reckoned(text));
  return known.get(text);
}

function reckoned(text: string): bigint | undefined {
  if (!WHOLE.test(text)) return undefined;
  let sum = 0n;
  for (const [, whole = '0', point = '', bare = '', unit] of text.matchAll(PART)) {
    const fraction = point + bare;
    const size = NANOSECONDS[unit as keyof typeof NANOSECONDS];
    sum += BigInt(whole) * size + (fraction ? (BigInt(fraction) * size) / 10n ** BigInt(fraction.length) : 0n);
  }
  if (sum > MAX) return undefined;
  return text.startsWith('-') ? -sum : sum;
}

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
