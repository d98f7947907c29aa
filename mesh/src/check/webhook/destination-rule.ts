import type { DestinationRule, OutlierDetection, PortTrafficPolicy, TrafficPolicy } from '../../kinds.ts';
import { field, item } from '../schema/violation.ts';
import { clientTls } from './client-tls.ts';
import { connectionPool } from './connection-pool.ts';
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
  if (parts.every((part) => policy[part] === undefined)) {
    yield broken('MESH130', path, 'it is empty', `write one of ${parts.join(', ')}`);
    return;
  }
  if (policy.tunnel && policy.proxyProtocol) {
    yield broken('MESH136', path, 'tunnel and proxyProtocol exclude each other', 'keep one');
    return;
  }
  yield* shared(policy, namespace, path);
  for (const [index, settings] of (policy.portLevelSettings ?? []).entries())
    yield* portPolicy(settings, namespace, item(field(path, 'portLevelSettings'), index));
  if (policy.tunnel) yield* tunnel(policy.tunnel, field(path, 'tunnel'));
  yield* anyDuration(policy.retryBudget?.budgetInterval, field(field(path, 'retryBudget'), 'budgetInterval'));
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
