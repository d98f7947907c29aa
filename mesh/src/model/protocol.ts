import type { Protocol } from '../topology/mesh.ts';

/** The protocol of a port, as a proxy treats it; undefined where the proxy detects it. */
export type PortProtocol = Protocol | undefined;

/** https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/ */
const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  http: 'http',
  http2: 'http',
  http_proxy: 'http',
  'grpc-web': 'http',
  grpc: 'grpc',
  https: 'tcp',
  tls: 'tcp',
  tcp: 'tcp',
  mongo: 'tcp',
  mysql: 'tcp',
  redis: 'tcp',
  udp: 'tcp',
};
const APP_PROTOCOLS: Readonly<Record<string, Protocol>> = {
  'kubernetes.io/h2c': 'http',
  'kubernetes.io/ws': 'http',
  'kubernetes.io/wss': 'tcp',
};

/** Ports whose servers speak first, which a proxy therefore never guesses at. */
const WELL_KNOWN: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

/** An `appProtocol` takes precedence over the name, even one that a proxy does not know. */
export function protocolOf({
  name,
  appProtocol,
  number,
  udp,
}: {
  name: string;
  appProtocol?: string | undefined;
  number: number;
  udp: boolean;
}): PortProtocol {
  if (udp) return 'tcp';
  const stated = appProtocol === undefined ? protocolOfName(name) : protocolOfAppProtocol(appProtocol);
  return stated ?? (WELL_KNOWN.has(number) ? 'tcp' : undefined);
}

/** `http`, `http-admin`, `grpc-web-x`: the protocol is the name up to a dash. */
export function protocolOfName(name: string): PortProtocol {
  const lower = name.toLowerCase();
  if (lower.startsWith('grpc-web')) return 'http';
  return lookUp(PROTOCOLS, lower.split('-')[0] ?? '');
}

export const protocolOfAppProtocol = (appProtocol: string): PortProtocol =>
  lookUp(APP_PROTOCOLS, appProtocol) ?? protocolOfName(appProtocol);

const lookUp = (table: Readonly<Record<string, Protocol>>, key: string): PortProtocol =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** Whether requests are seen one by one: methods, paths, retries. */
export const isHttp = (protocol: PortProtocol): boolean => protocol === 'http' || protocol === 'grpc';
