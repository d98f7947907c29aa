import type { Rule, Violation } from '../schema/violation.ts';

/** Rules of istiod's webhook, grouped by their fix. From MESH191 on, istiod only warns. */
export const webhookRules = {
  MESH101: { title: 'annotations are those that a user may set' },
  MESH102: { title: 'hosts are DNS names, with a wildcard only at the beginning' },
  MESH103: { title: 'no host of a VirtualService is a duplicate or covered by another' },
  MESH104: { title: 'gateways are named namespace/name, name or mesh' },
  MESH105: { title: 'exportTo names namespaces once each, or one of . and *' },
  MESH106: { title: 'durations are whole milliseconds' },
  MESH107: { title: 'a VirtualService has routes, and a delegate only HTTP routes' },
  MESH108: { title: 'an HTTP route does one thing' },
  MESH109: { title: 'matches can match' },
  MESH110: { title: 'headers are ones that a proxy can set' },
  MESH111: { title: 'weights are not negative and not all 0' },
  MESH112: { title: 'subsets have a DNS label as name, once each, and valid labels' },
  MESH113: { title: 'retries are conditions that Envoy knows, with attempts' },
  MESH114: { title: 'a redirect leads somewhere' },
  MESH115: { title: 'a rewrite rewrites one thing' },
  MESH116: { title: 'a direct response is a status and at most 1 MB' },
  MESH117: { title: 'faults are ones that Istio injects' },
  MESH118: { title: 'a mirror gets between 0 and 100 percent' },
  MESH119: { title: 'a CORS policy names methods, headers and origins' },
  MESH120: { title: 'TLS and TCP routes have destinations, and TLS routes SNI hosts' },
  MESH121: { title: 'ports are between 1 and 65535' },
  MESH130: { title: 'a traffic policy is not empty' },
  MESH131: { title: 'outlier detection counts local origin failures only where they are split, and has valid percentages' },
  MESH132: { title: 'a connection pool has limits that are not negative' },
  MESH133: { title: 'a load balancer has what its kind needs' },
  MESH134: { title: 'localities do not overlap and their weights add up to 100' },
  MESH135: { title: 'client TLS has the certificates that its mode needs' },
  MESH136: { title: 'a tunnel and a PROXY protocol exclude each other, and a tunnel has a target' },
  MESH140: { title: 'a policy points at one thing that it can point at' },
  MESH141: { title: 'an authorization policy has what its action needs' },
  MESH142: { title: 'a source names callers, in valid forms' },
  MESH143: { title: 'an operation names methods, paths, hosts or ports, in valid forms' },
  MESH144: { title: 'a condition is about an attribute that Istio knows' },
  MESH191: { title: 'settings are not deprecated', severity: 'warning' },
  MESH192: { title: 'every route can be reached', severity: 'warning' },
  MESH193: { title: 'a DENY rule about HTTP names its port', severity: 'warning' },
  MESH194: { title: 'what is written has an effect', severity: 'warning' },
} as const satisfies Readonly<Record<string, Rule>>;

export type WebhookCode = keyof typeof webhookRules;
export type Violations = Generator<Violation<WebhookCode>, void>;

export const broken = (code: WebhookCode, path: string, message: string, hint: string): Violation<WebhookCode> => ({
  code,
  path,
  message,
  hint,
});
