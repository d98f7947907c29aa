import { status } from '@grpc/grpc-js';

interface HttpAnswer {
  /** HTTP status. */
  http: number;
  /** The detail for the caller; undefined where core's own message is for the caller. */
  detail?: string;
  headers?: Readonly<Record<string, string>>;
}

const UNUSABLE: HttpAnswer = { http: 502, detail: 'core gave an answer that web cannot use' };

/** Maps each gRPC status of core to an HTTP answer. */
const ANSWERS: Readonly<Partial<Record<status, HttpAnswer>>> = {
  [status.INVALID_ARGUMENT]: { http: 400 },
  [status.OUT_OF_RANGE]: { http: 400 },
  [status.NOT_FOUND]: { http: 404 },
  [status.ALREADY_EXISTS]: { http: 409 },
  [status.ABORTED]: { http: 412 }, // core gives it to who expected another revision
  [status.FAILED_PRECONDITION]: { http: 412 },
  [status.RESOURCE_EXHAUSTED]: { http: 503, detail: 'core is busy', headers: { 'retry-after': '1' } },
  [status.UNAVAILABLE]: { http: 503, detail: 'core cannot answer now', headers: { 'retry-after': '1' } },
  [status.DEADLINE_EXCEEDED]: { http: 504, detail: 'core did not answer in time' },
  [status.CANCELLED]: { http: 504, detail: 'the call to core was cancelled' },
  // The mesh refuses web itself: nothing that the caller could change, so neither 401 nor 403.
  [status.PERMISSION_DENIED]: { http: 502, detail: 'the mesh refused the call to core' },
  [status.UNAUTHENTICATED]: { http: 502, detail: 'the mesh refused the call to core' },
};

/** An answer that began and was reset has no status of core: grpc-js makes it INTERNAL, or UNKNOWN, with this message. */
const RESET = 'Received RST_STREAM';
const CUT_OFF: HttpAnswer = { http: 502, detail: "core's answer was cut off: what was asked may have been done" };

/** The HTTP answer for a gRPC status with its details; one that core should never give is a 502. */
export const answerFor = (code: status, details: string): HttpAnswer => ANSWERS[code] ?? (details.startsWith(RESET) ? CUT_OFF : UNUSABLE);
