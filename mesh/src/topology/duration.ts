type Whole = `${bigint}`;

/** A length of time as Istio reads it, in one unit: `600ms`, `2s`, `1m`, `1h`. */
export type Duration = `${Whole}ms` | `${Whole}s` | `${Whole}m` | `${Whole}h`;

const millisecondsOf = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const SHAPE = /^(\d+)(ms|s|m|h)$/;

export const isDuration = (text: string): text is Duration => SHAPE.test(text);

/** Milliseconds of a duration; throws a RangeError that names the text where it is none. */
export function milliseconds(duration: string): number {
  const [, count, unit] = SHAPE.exec(duration) ?? [];
  if (!count || !unit) throw new RangeError(`'${duration}' is no duration: write 600ms, 2s, 1m or 1h`);
  return Number(count) * millisecondsOf[unit as keyof typeof millisecondsOf];
}
