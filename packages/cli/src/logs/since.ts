import { UsageError } from '../usage-error.ts';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** The seconds that `30s`, `5m`, `2h` or `1d` means. */
export function parseSince(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (SECONDS[unit as keyof typeof SECONDS] ?? 0);
  if (seconds > 0) return seconds;
  throw new UsageError(`'${text}' is no time span`, 'use a number and s, m, h or d: --since 5m');
}
