import { status } from '@grpc/grpc-js';
import { ProblemException } from '@mesh-platform/service-kit';

const RETRY = { headers: { 'retry-after': '1' } } as const;

/** 503: the callee cannot answer now, and the same may be tried again. */
export const unavailable = (name: string, cause?: unknown) => new ProblemException(503, `${name} cannot answer now`, { cause, ...RETRY });

/** 504: the callee took longer than the call may take. */
export const timeoutError = (name: string, cause?: unknown) => new ProblemException(504, `${name} did not answer in time`, { cause });

/** 502: the mesh, or the callee, does not let this service ask. */
export const refused = (name: string, cause?: unknown) => new ProblemException(502, `the mesh refused the call to ${name}`, { cause });

/** 502: the caller cannot use the callee's answer. */
export const unusable = (name: string, cause?: unknown) =>
  new ProblemException(502, `${name} gave an answer that cannot be used`, { cause });

const BY_CODE: Readonly<Partial<Record<status, typeof timeoutError>>> = {
  [status.UNAVAILABLE]: unavailable,
  [status.RESOURCE_EXHAUSTED]: unavailable,
  [status.DEADLINE_EXCEEDED]: timeoutError,
  [status.CANCELLED]: timeoutError,
  [status.PERMISSION_DENIED]: refused,
  [status.UNAUTHENTICATED]: refused,
};

/** Maps a gRPC status of a callee to the answer for the caller. */
export const problemForCode = (name: string, code: status, cause?: unknown) => (BY_CODE[code] ?? unusable)(name, cause);

const BY_HTTP: Readonly<Record<number, typeof timeoutError>> = { 403: refused, 503: unavailable, 504: timeoutError };

/** Maps an HTTP status of a callee, 400 or more, to the answer for the caller. */
export const problemForHttp = (name: string, http: number) => (BY_HTTP[http] ?? unusable)(name);
