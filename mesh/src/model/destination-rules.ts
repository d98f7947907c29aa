import { resolveHost } from '../names.ts';
import type { MeshObject } from '../object.ts';
import {
  type Fields,
  fields,
  given,
  isGiven,
  type Labels,
  labels,
  type Named,
  named,
  number,
  records,
  specOf,
  text,
  texts,
} from './fields.ts';

export interface ClientTls {
  readonly mode: string;
  readonly subjectAltNames: readonly string[];
}

export interface OutlierDetection {
  readonly consecutive5xxErrors?: number;
  readonly interval?: string;
  readonly baseEjectionTime?: string;
  readonly maxEjectionPercent?: number;
  readonly minHealthPercent?: number;
}

/** The settings of a policy for every port, or for one. */
export interface PortPolicy {
  readonly port?: number;
  readonly tls?: ClientTls;
  readonly connectTimeout?: string;
  readonly maxConnections?: number;
  readonly outlierDetection?: OutlierDetection;
  readonly path: string;
}

export interface Subset {
  readonly name: string;
  readonly labels: Labels;
  readonly policies: readonly PortPolicy[];
  readonly path: string;
}

export interface DestinationRule extends Named {
  /** In full. */
  readonly host: string;
  readonly exportTo: readonly string[];
  /** The policy of every port first. */
  readonly policies: readonly PortPolicy[];
  readonly subsets: readonly Subset[];
  /** Of the callers that it is for; undefined for all. */
  readonly callers?: Labels;
}

export function readDestinationRule(object: MeshObject): DestinationRule {
  const spec = specOf(object);
  const one = named(object);
  const callers = labels(fields(spec.workloadSelector).matchLabels);
  return {
    ...one,
    host: resolveHost(text(spec.host) ?? '', one.namespace),
    exportTo: texts(spec.exportTo),
    policies: readPolicies(spec.trafficPolicy, 'spec.trafficPolicy'),
    subsets: records(spec.subsets).map((subset, index) => ({
      name: text(subset.name) ?? '',
      labels: labels(subset.labels),
      policies: readPolicies(subset.trafficPolicy, `spec.subsets[${index}].trafficPolicy`),
      path: `spec.subsets[${index}]`,
    })),
    ...(callers.size > 0 ? { callers } : {}),
  };
}

function readPolicies(value: unknown, path: string): readonly PortPolicy[] {
  if (!isGiven(value)) return [];
  const policy = fields(value);
  const ofPorts = records(policy.portLevelSettings).map((settings, index) => ({
    ...given({ port: number(fields(settings.port).number) }),
    ...readPolicy(settings, `${path}.portLevelSettings[${index}]`),
  }));
  return [readPolicy(policy, path), ...ofPorts];
}

function readPolicy(policy: Fields, path: string): PortPolicy {
  const tls = fields(policy.tls);
  const tcp = fields(fields(policy.connectionPool).tcp);
  return {
    ...(isGiven(policy.tls) ? { tls: { mode: text(tls.mode) ?? 'DISABLE', subjectAltNames: texts(tls.subjectAltNames) } } : {}),
    ...given({ connectTimeout: text(tcp.connectTimeout), maxConnections: number(tcp.maxConnections) }),
    ...(isGiven(policy.outlierDetection) ? { outlierDetection: readOutliers(fields(policy.outlierDetection)) } : {}),
    path,
  };
}

const readOutliers = (outlier: Fields): OutlierDetection =>
  given({
    consecutive5xxErrors: number(outlier.consecutive5xxErrors),
    interval: text(outlier.interval),
    baseEjectionTime: text(outlier.baseEjectionTime),
    maxEjectionPercent: number(outlier.maxEjectionPercent),
    minHealthPercent: number(outlier.minHealthPercent),
  });

/** The settings that apply to a port: port settings override general ones, and those of the subset override the rule's. */
export function policyFor(rule: DestinationRule, subsetName: string | undefined, port: number): PortPolicy | undefined {
  const ofPort = (policies: readonly PortPolicy[]) =>
    policies.find((one) => one.port === port) ?? policies.find((one) => one.port === undefined);
  const subset = rule.subsets.find(({ name }) => name === subsetName);
  const own = subset && ofPort(subset.policies);
  const general = ofPort(rule.policies);
  return own && general ? { ...general, ...own } : (own ?? general);
}
