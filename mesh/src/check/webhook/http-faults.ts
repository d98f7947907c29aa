import type { HttpFault, HttpMirror, HttpRoute } from '../../kinds.ts';
import { field, items } from '../schema/violation.ts';
import { duration } from './durations.ts';
import { destination } from './hosts.ts';
import { httpStatus } from './http-actions.ts';
import { broken, type Violations } from './rules.ts';

const GRPC_STATUSES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

export function* fault({ abort, delay }: HttpFault, path: string): Violations {
  if (!abort && !delay) yield broken('MESH117', path, 'nothing is done to requests', 'write abort or delay');
  if (abort) yield* aborted(abort, field(path, 'abort'));
  if (delay) yield* delayed(delay, field(path, 'delay'));
}

function* aborted(abort: NonNullable<HttpFault['abort']>, path: string): Violations {
  yield* faultFraction(abort.percentage?.value, field(path, 'percentage'));
  if (abort.http2Error !== undefined)
    yield broken('MESH117', field(path, 'http2Error'), 'Istio does not inject it', 'write httpStatus or grpcStatus');
  else if (abort.httpStatus !== undefined) yield* httpStatus(abort.httpStatus, 'MESH117', field(path, 'httpStatus'));
  else if (abort.grpcStatus === undefined) yield broken('MESH194', path, 'nothing is answered', 'write httpStatus or grpcStatus');
  else if (!GRPC_STATUSES.includes(abort.grpcStatus))
    yield broken(
      'MESH117',
      field(path, 'grpcStatus'),
      `'${abort.grpcStatus}' is no status of gRPC`,
      'write UNAVAILABLE or another in capitals',
    );
}

function* delayed(delay: NonNullable<HttpFault['delay']>, path: string): Violations {
  yield* faultFraction(delay.percentage?.value, field(path, 'percentage'));
  yield* duration(delay.fixedDelay, field(path, 'fixedDelay'));
  if (delay.exponentialDelay !== undefined)
    yield broken('MESH117', field(path, 'exponentialDelay'), 'Istio does not inject it', 'write fixedDelay');
}

/** Envoy counts in millionths. */
function* faultFraction(value: number | undefined, path: string): Violations {
  if (value !== undefined && value !== 0 && (value < 0.0001 || value > 100))
    yield broken('MESH117', field(path, 'value'), `${value} is no percentage that Envoy can keep`, 'write 0, or 0.0001 to 100');
}

/** Checks the destinations of mirrored requests. */
export function* mirroring(route: HttpRoute, path: string): Violations {
  if (route.mirror) yield* destination(route.mirror, field(path, 'mirror'));
  if (route.mirrorPercent) {
    yield* mirrorPercent(route.mirrorPercent, field(path, 'mirrorPercent'));
    yield broken('MESH191', field(path, 'mirrorPercent'), 'it is deprecated', 'write mirrorPercentage');
  }
  yield* mirrorPercent(route.mirrorPercentage?.value, field(path, 'mirrorPercentage'));
  for (const [mirror, at] of items(route.mirrors, field(path, 'mirrors'))) yield* mirrored(mirror, at);
}

function* mirrored(mirror: HttpMirror, path: string): Violations {
  yield* destination(mirror.destination, field(path, 'destination'));
  yield* mirrorPercent(mirror.percentage?.value, field(path, 'percentage'));
}

function* mirrorPercent(value: number | undefined, path: string): Violations {
  if (value !== undefined && (value < 0 || value > 100)) yield broken('MESH118', path, `${value} is no percentage`, 'write 0 to 100');
}
