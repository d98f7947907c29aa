import type { ClientTls, ConnectionPool, DestinationRule, OutlierDetection, PortTrafficPolicy, TrafficPolicy } from '../../kinds.ts';
import { field, item, items } from '../schema/violation.ts';
import { anyDuration, duration } from './durations.ts';
import { exportTo, labels, port, wildcardHost } from './hosts.ts';
import { loadBalancer } from './load-balancer.ts';
import { isDnsLabel, isDomain, isIpAddress } from './names.ts';
import { broken, type Violations } from './rules.ts';
import { workloadSelector } from './selectors.ts';

export function* destinationRuleViolations({ metadata, spec }: DestinationRule): Violations {
  yield* wildcardHost(spec.host ?? '', 'spec.host');
  if (spec.trafficPolicy) yield* trafficPolicy(spec.trafficPolicy, metadata.namespace, 'spec.trafficPolicy');
  const names = (spec.subsets ?? []).map(({ name }) => name);
  for (const [index, subset] of (spec.subsets ?? []).entries()) {
    const path = item('spec.subsets', index);
    if (names.indexOf(subset.name) < index)
      yield broken('MESH112', field(path, 'name'), `the subset name '${subset.name}' is a duplicate`, 'rename one of the two');
    if (!isDnsLabel(subset.name))
      yield broken('MESH112', field(path, 'name'), `'${subset.name}' is no name of a subset`, 'write a DNS label');
    yield* labels(subset.labels, 'MESH112', field(path, 'labels'));
    if (subset.trafficPolicy) yield* trafficPolicy(subset.trafficPolicy, metadata.namespace, field(path, 'trafficPolicy'));
  }
  yield* exportTo(spec.exportTo, metadata.namespace, 'spec.exportTo');
  yield* workloadSelector(spec.workloadSelector, 'spec.workloadSelector');
  if (spec.workloadSelector && spec.exportTo?.some((entry) => entry !== '.' && entry !== metadata.namespace))
    yield broken('MESH105', 'spec.exportTo', 'a rule for selected workloads stays in its namespace', 'write . or remove exportTo');
}

const PARTS = ['outlierDetection', 'connectionPool', 'loadBalancer', 'tls'] as const satisfies readonly (keyof TrafficPolicy &
  keyof PortTrafficPolicy)[];
const OWN_PARTS = ['portLevelSettings', 'tunnel', 'proxyProtocol', 'retryBudget'] as const satisfies readonly (keyof TrafficPolicy)[];

function* trafficPolicy(policy: TrafficPolicy, namespace: string, path: string): Violations {
  const parts = [...PARTS, ...OWN_PARTS];
  if (parts.every((part) => policy[part] === undefined || (part === 'portLevelSettings' && !policy[part]?.length))) {
    yield broken('MESH130', path, 'it is empty', `write one of ${parts.join(', ')}`);
    return;
  }
  if (policy.tunnel && policy.proxyProtocol) {
    yield broken('MESH136', path, 'tunnel and proxyProtocol exclude each other', 'keep one');
    return;
  }
  yield* shared(policy, namespace, path);
  for (const [settings, at] of items(policy.portLevelSettings, field(path, 'portLevelSettings')))
    yield* portPolicy(settings, namespace, at);
  if (policy.tunnel) yield* tunnel(policy.tunnel, field(path, 'tunnel'));
  yield* anyDuration(policy.retryBudget?.budgetInterval, field(path, 'retryBudget', 'budgetInterval'));
}

function* portPolicy(policy: PortTrafficPolicy, namespace: string, path: string): Violations {
  if (!policy.port) yield broken('MESH130', path, 'it names no port', 'write port.number');
  if (PARTS.every((part) => policy[part] === undefined)) yield broken('MESH130', path, 'it is empty', `write one of ${PARTS.join(', ')}`);
  else yield* shared(policy, namespace, path);
}

function* shared(policy: Pick<TrafficPolicy, (typeof PARTS)[number]>, namespace: string, path: string): Violations {
  if (policy.outlierDetection) yield* outlierDetection(policy.outlierDetection, field(path, 'outlierDetection'));
  if (policy.connectionPool) yield* connectionPool(policy.connectionPool, field(path, 'connectionPool'));
  if (policy.loadBalancer) yield* loadBalancer(policy.loadBalancer, policy.outlierDetection !== undefined, field(path, 'loadBalancer'));
  if (policy.tls) yield* clientTls(policy.tls, namespace, field(path, 'tls'));
}

function* outlierDetection(outlier: OutlierDetection, path: string): Violations {
  yield* duration(outlier.baseEjectionTime, field(path, 'baseEjectionTime'));
  yield* duration(outlier.interval, field(path, 'interval'));
  if (outlier.consecutiveErrors)
    yield broken('MESH191', field(path, 'consecutiveErrors'), 'it is deprecated', 'write consecutiveGatewayErrors or consecutive5xxErrors');
  if (!outlier.splitExternalLocalOriginErrors && (outlier.consecutiveLocalOriginFailures ?? 0) > 0)
    yield broken(
      'MESH131',
      field(path, 'consecutiveLocalOriginFailures'),
      'local origin failures are not counted separately',
      'write splitExternalLocalOriginErrors: true',
    );
  for (const name of ['maxEjectionPercent', 'minHealthPercent'] as const) {
    const value: number = outlier[name] ?? 0;
    if (value < 0 || value > 100) yield broken('MESH131', field(path, name), `${value} is no percentage`, 'write 0 to 100');
  }
}

function* tunnel({ protocol, targetHost, targetPort }: NonNullable<TrafficPolicy['tunnel']>, path: string): Violations {
  if (protocol && protocol !== 'CONNECT' && protocol !== 'POST')
    yield broken('MESH136', field(path, 'protocol'), `'${protocol}' is no way to open a tunnel`, 'write CONNECT or POST');
  if (!isDomain(targetHost) && !isIpAddress(targetHost))
    yield broken('MESH136', field(path, 'targetHost'), `'${targetHost}' is no host`, 'write a DNS name or an address');
  yield* port(targetPort, field(path, 'targetPort'));
}

const CONFIG_MAP = 'configmap://';

/** How a caller's proxy encrypts. The certificates of `ISTIO_MUTUAL` are Istio's own. */
function* clientTls(tls: ClientTls, namespace: string, path: string): Violations {
  const { mode, credentialName = '', clientCertificate, privateKey, caCertificates, caCrl, subjectAltNames } = tls;
  if (credentialName.startsWith(CONFIG_MAP)) yield* configMap(credentialName, namespace, field(path, 'credentialName'));
  const given = (names: readonly (keyof ClientTls)[]) => names.filter((name) => tls[name]);
  if (tls.insecureSkipVerify && (mode === 'SIMPLE' || mode === 'MUTUAL')) {
    const verified = mode === 'SIMPLE' ? (['caCertificates', 'credentialName'] as const) : (['caCertificates'] as const);
    const names = [...given(verified), ...(subjectAltNames ? ['subjectAltNames'] : [])];
    if (names.length > 0)
      yield broken('MESH135', path, `nothing is verified, so ${names.join(', ')} is not read`, 'remove insecureSkipVerify');
  }
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return;
  if (credentialName && (clientCertificate || privateKey || caCertificates || caCrl))
    yield broken('MESH135', path, 'certificates come from a secret and from files', 'keep credentialName, or the files');
  if (mode === 'SIMPLE' || credentialName) return;
  for (const name of ['clientCertificate', 'privateKey'] as const)
    if (!tls[name]) yield broken('MESH135', field(path, name), `MUTUAL needs it`, `write ${name}, or credentialName`);
}

function* configMap(reference: string, namespace: string, path: string): Violations {
  const [owner, name] = reference.slice(CONFIG_MAP.length).split('/');
  if (owner !== namespace || !name)
    yield broken('MESH135', path, `'${reference}' is no ConfigMap of the namespace`, `write ${CONFIG_MAP}${namespace}/name`);
}

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
    const at = field(path, 'http2KeepAlive', name);
    if (http.http2KeepAlive[name] === undefined) yield broken('MESH132', at, 'it is missing', `write ${name}`);
    yield* duration(http.http2KeepAlive[name], at);
  }
}

function* tcpPool(tcp: NonNullable<ConnectionPool['tcp']>, path: string): Violations {
  yield* notNegative(tcp.maxConnections, field(path, 'maxConnections'));
  yield* duration(tcp.connectTimeout, field(path, 'connectTimeout'));
  yield* duration(tcp.maxConnectionDuration, field(path, 'maxConnectionDuration'));
  yield* duration(tcp.idleTimeout, field(path, 'idleTimeout'), { orZero: true });
  yield* duration(tcp.tcpKeepalive?.time, field(path, 'tcpKeepalive', 'time'));
  yield* duration(tcp.tcpKeepalive?.interval, field(path, 'tcpKeepalive', 'interval'));
}

function* notNegative(limit: number | undefined, path: string): Violations {
  if (limit !== undefined && limit < 0) yield broken('MESH132', path, `${limit} is negative`, 'write 0 for the default, or more');
}
