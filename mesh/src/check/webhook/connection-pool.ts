import type { ConnectionPool } from '../../kinds.ts';
import { field } from '../schema/violation.ts';
import { duration } from './durations.ts';
import { broken, type Violations } from './rules.ts';

export function* connectionPool({ http, tcp }: ConnectionPool, path: string): Violations {
  if (!http && !tcp) yield broken('MESH132', path, 'it is empty', 'write http or tcp');
  if (http) yield* httpPool(http, field(path, 'http'));
  if (tcp) yield* tcpPool(tcp, field(path, 'tcp'));
}

const LIMITS = ['http1MaxPendingRequests', 'http2MaxRequests', 'maxRequestsPerConnection', 'maxRetries', 'maxConcurrentStreams'] as const;

function* httpPool(http: NonNullable<ConnectionPool['http']>, path: string): Violations {
  for (const limit of LIMITS) yield* notNegative(http[limit], field(path, limit));
  yield* duration(http.idleTimeout, field(path, 'idleTimeout'));
  if (http.h2UpgradePolicy === 'UPGRADE' && http.useClientProtocol)
    yield broken('MESH132', path, 'UPGRADE and the protocol of the client exclude each other', 'remove useClientProtocol');
  if (!http.http2KeepAlive) return;
  for (const name of ['interval', 'timeout'] as const) {
    const at = field(field(path, 'http2KeepAlive'), name);
    if (http.http2KeepAlive[name] === undefined) yield broken('MESH132', at, 'it is missing', `write ${name}`);
    yield* duration(http.http2KeepAlive[name], at);
  }
}

function* tcpPool(tcp: NonNullable<ConnectionPool['tcp']>, path: string): Violations {
  yield* notNegative(tcp.maxConnections, field(path, 'maxConnections'));
  yield* duration(tcp.connectTimeout, field(path, 'connectTimeout'));
  yield* duration(tcp.maxConnectionDuration, field(path, 'maxConnectionDuration'));
  yield* duration(tcp.idleTimeout, field(path, 'idleTimeout'), { orZero: true });
  yield* duration(tcp.tcpKeepalive?.time, field(field(path, 'tcpKeepalive'), 'time'));
  yield* duration(tcp.tcpKeepalive?.interval, field(field(path, 'tcpKeepalive'), 'interval'));
}

function* notNegative(limit: number | undefined, path: string): Violations {
  if (limit !== undefined && limit < 0) yield broken('MESH132', path, `${limit} is negative`, 'write 0 for the default, or more');
}
