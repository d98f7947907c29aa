import { expect, test } from 'vitest';
import type { Timestamp } from '../generated/google/protobuf/Timestamp.js';
import { isoOf, toTimestamp } from './grpc.js';

test.each(['2026-11-22T10:20:30.123Z', '1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z'])(
  '%s survives the way through protobuf',
  (iso) => {
    expect(isoOf(toTimestamp(new Date(iso)) as Timestamp)).toBe(iso);
  },
);

test('the nanoseconds of a time before 1970 are not negative', () => {
  expect(toTimestamp(new Date(-1))).toEqual({ seconds: '-1', nanos: 999_000_000 });
});
