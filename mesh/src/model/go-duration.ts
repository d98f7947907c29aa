const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 };
const PART = /(\d+(?:\.\d*)?|\.\d+)(h|ms|us|µs|ns|m|s)/g;

/** Milliseconds of a duration as Go writes it, such as `1m30s` or `1.5s`; undefined where it is none. */
export function goDuration(duration: string): number | undefined {
  const text = duration.replace(/^\+/, '');
  const parts = [...text.matchAll(PART)];
  if (parts.length === 0) return text === '0' ? 0 : undefined;
  if (parts.map(([whole]) => whole).join('') !== text) return undefined;
  return parts.reduce((sum, [, count = '0', unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
}

/** `1.5 s`, `600 ms`: a length of time for people. */
export const describeMilliseconds = (ms: number): string =>
  ms >= 1000 ? `${Number((ms / 1000).toFixed(3))} s` : `${Number(ms.toFixed(3))} ms`;
