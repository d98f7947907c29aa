type Whole = `${bigint}`;
type Amount = Whole | `${Whole}.${Whole}`;
type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/**
 * A length of time as Go reads it, down to a millisecond: `600ms`, `1.5s`, `1m30s`, `1h30m15s`. Whole numbers with a unit, where a second part
 * is smaller than the first; a fraction in the last. Go also accepts unusual forms (`1us`, `+1s`, `30m1h`), which are rejected here. `2 seconds` is no duration.
 */
export type IstioDuration =
  | `${Amount}${'ms' | 's' | 'm' | 'h'}`
  | `${Whole}s${Amount}ms`
  | `${Whole}m${Amount}${'ms' | 's'}`
  | `${Whole}h${Amount}${'ms' | 's' | 'm'}`
  | `${Whole}h${Whole}m${Amount}s`;

type ToNumber<Text extends string> = Text extends `${infer Value extends number}` ? Value : never;

/** 0, 1, 2, … 100. */
export type WholePercent = ToNumber<`${Digit}` | `${Exclude<Digit, 0>}${Digit}` | '100'>;
