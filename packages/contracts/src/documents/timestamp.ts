import type { Timestamp, Timestamp__Input } from '../generated/google/protobuf/Timestamp.js';

/** A date as protobuf has it, to the millisecond. */
export function toTimestamp(date: Date): Timestamp__Input {
  const ms = date.getTime();
  const seconds = Math.floor(ms / 1000);
  return { seconds: String(seconds), nanos: (ms - seconds * 1000) * 1_000_000 };
}

/** ISO 8601 in UTC, to the millisecond. */
export function isoOf({ seconds, nanos }: Timestamp): string {
  return new Date(Number(seconds) * 1000 + Math.floor(nanos / 1_000_000)).toISOString();
}
