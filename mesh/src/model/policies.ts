import type { MeshObject } from '../object.ts';
import { fields, isGiven, type Labels, labels, type Named, named, specOf } from './fields.ts';

/** Kinds that select workloads to configure their proxies. */
export const POLICY_KINDS: readonly string[] = [
  'networking.istio.io Sidecar',
  'networking.istio.io EnvoyFilter',
  'networking.istio.io ProxyConfig',
  'security.istio.io AuthorizationPolicy',
  'security.istio.io PeerAuthentication',
  'security.istio.io RequestAuthentication',
  'telemetry.istio.io Telemetry',
  'extensions.istio.io WasmPlugin',
  'extensions.istio.io TrafficExtension',
];

/** A policy of any kind, by the workloads that it is for. */
export interface Policy extends Named {
  /** Empty for every workload of its namespace. */
  readonly selector: Labels;
  /** The path of the selector. */
  readonly path: string;
  /** It is for a gateway or a waypoint that it names, and its selector does not count. */
  readonly targeted: boolean;
}

/** Reads the selector of a kind that has it in `selector.matchLabels` or `workloadSelector.labels`. */
export function readPolicy(object: MeshObject): Policy {
  const spec = specOf(object);
  const [selector, path] = isGiven(spec.workloadSelector)
    ? [fields(spec.workloadSelector).labels, 'spec.workloadSelector.labels']
    : [fields(spec.selector).matchLabels, 'spec.selector.matchLabels'];
  return { ...named(object), selector: labels(selector), path, targeted: isGiven(spec.targetRef) || isGiven(spec.targetRefs) };
}
