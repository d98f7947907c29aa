import { GATEWAY, ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import { kept } from './kept.ts';

interface InNamespace {
  readonly namespace: string;
}

const CLUSTER_DOMAIN = 'cluster.local';
/** The domain of a mesh's identities where an installation sets no other. https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-trust_domain */
export const TRUST_DOMAIN = 'cluster.local';
/** The namespace of the cluster's DNS server. */
export const KUBE_SYSTEM = 'kube-system';
/** The name of the sidecars where a VirtualService lists gateways. */
export const MESH_GATEWAY = 'mesh';
/** The Gateway of a mesh. */
export const GATEWAY_NAME = 'edge';
/** Names routes whose requests may be retried whatever their method: `mesh.platform/idempotent-routes: create,update`. */
export const IDEMPOTENT_ROUTES = 'mesh.platform/idempotent-routes';

/** The policies for whatever the topology does not declare: they apply to the whole namespace. */
export const NAMESPACE_POLICY = 'default';
export const DENY_ALL = 'deny-all';
/** The VirtualService of a service at the gateway. */
export const gatewayRouteName = (service: string): string => `${GATEWAY_NAME}-${service}`;

/** Names that no service may have, each with its owner; `…` stands for any ending. A test compares them with what is rendered. */
const RESERVED: ReadonlyMap<string, string> = new Map([
  ['gateway', 'commands call the gateway so'],
  ['platform', 'commands call the whole so'],
  [NAMESPACE_POLICY, "the namespace's own policies and ServiceAccount have it"],
  [DENY_ALL, 'the policies that deny all other traffic have it'],
  [GATEWAY_NAME, 'the Gateway has it'],
  [gatewayRouteName('…'), 'routes of the Gateway begin so'],
  ['localhost', 'in each pod it means the pod itself'],
  ['ip6-…', 'in each pod it means the pod itself'],
  ['istio…', 'objects of Istio begin so'],
  ['kube…', 'objects of Kubernetes begin so'],
]);

/** The names that no service may have, for a message. */
export const RESERVED_NAMES: readonly string[] = [...RESERVED.keys()];

/** Who owns a name that no service may have; undefined for any other. */
export const ownerOfName = (name: string): string | undefined =>
  [...RESERVED].find(([reserved]) => (reserved.endsWith('…') ? name.startsWith(reserved.slice(0, -1)) : name === reserved))?.[1];

/** `web-v1`: the name of the Deployment and of the image. */
export const versionName = (service: string, version: string): string => `${service}-${version}`;

/** Labels of a service's pods, and of those of one version. */
export const appOf = (service: string) => ({ app: service });
export const versionLabels = (service: string, version: string) => ({ app: service, version });

/** A service in full: a short name would mean another one in another namespace. */
export const hostOf = ({ namespace }: InNamespace, service: string): string => `${service}.${namespace}.svc.${CLUSTER_DOMAIN}`;

/** Istio completes a name without a dot with the namespace of the object that names it, and takes any other as it is. */
export const resolveHost = (host: string, namespace: string): string =>
  host.includes('.') || isWildcard(host) ? host : hostOf({ namespace }, host);

/** The service of a mesh that a full host name means; undefined where it is none of the mesh's. */
export function serviceOf(
  { namespace, services }: InNamespace & { readonly services: ReadonlyMap<string, unknown> },
  host: string,
): string | undefined {
  const end = hostOf({ namespace }, '');
  const name = host.endsWith(end) ? host.slice(0, -end.length) : '';
  return services.has(name) ? name : undefined;
}

/** `web`, `web.shop` and `web.shop.svc.cluster.local` are one service of the namespace `shop`; undefined for others. */
export function serviceNamed(host: string, namespace: string): string | undefined {
  const [name = '', space = namespace, ...rest] = host.split('.');
  return space === namespace && (rest.length === 0 || rest[0] === 'svc') ? name : undefined;
}

export const isClusterHost = (host: string): boolean => host.endsWith(`.svc.${CLUSTER_DOMAIN}`);

/** The domain of Services that several clusters export to one another. https://github.com/kubernetes/enhancements/tree/master/keps/sig-multicluster/1645-multi-cluster-services-api */
const CLUSTER_SET = /\.svc\.clusterset\.local$/;
const IN_ANY_DOMAIN = /^((?:[^.]+\.)?[^.]+\.[^.]+\.svc)\.[^.]+(?:\.[^.]+)*$/;

/** A host as indexes compare it: a Service has one name, whatever domain its cluster uses. */
export const canonicalHost = (host: string): string =>
  CLUSTER_SET.test(host) ? host : host.replace(IN_ANY_DOMAIN, `$1.${CLUSTER_DOMAIN}`);

/** Service and namespace of a full name, `web.shop.svc.cluster.local`, also of the pods of a headless Service, `web-0.web.shop.svc…`. */
export function partsOfHost(host: string): { readonly name: string; readonly namespace: string } | undefined {
  const labels = canonicalHost(host).split('.');
  const at = labels.indexOf('svc');
  const [name, namespace] = labels.slice(at - 2, at);
  return at >= 2 && isClusterHost(canonicalHost(host)) && name && namespace ? { name, namespace } : undefined;
}

/** Whether clusters share a host, so that no file of one cluster shows whether it exists. */
export const isClusterSetHost = (host: string): boolean => CLUSTER_SET.test(host);

/** Whether a host is a Service of the cluster's own namespaces, which no file contains. */
export const isSystemHost = (host: string): boolean =>
  host === hostOf({ namespace: 'default' }, 'kubernetes') ||
  [ISTIO_NAMESPACE, GATEWAY.namespace, KUBE_SYSTEM].some((namespace) => host.endsWith(hostOf({ namespace }, '')));

export const isWildcard = (host: string): boolean => host.startsWith('*');

/** Whether a host, or a pattern that begins with `*`, means a host. */
export const hostCovers = (pattern: string, host: string): boolean =>
  isWildcard(pattern) ? host.endsWith(pattern.slice(1)) : pattern === host;

/** Whether two hosts, each perhaps a pattern, have one in common. */
export const hostsOverlap = (a: string, b: string): boolean => hostCovers(a, b) || hostCovers(b, a);

/** Whether an object of a namespace, exported to some, is seen from another. https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService-export_to */
export const isVisible = (owner: string, exportTo: readonly string[], from: string): boolean =>
  exportTo.length === 0 || exportTo.some((to) => to === '*' || to === from || (to === '.' && owner === from));

/** An identity as policies name it: https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source */
export const principalOf = ({ trustDomain, namespace }: InNamespace & { readonly trustDomain: string }, account: string): string =>
  `${trustDomain}/ns/${namespace}/sa/${account}`;

/** `platform/web` of a principal that names one account; undefined for a pattern. */
export function accountIn(principal: string): string | undefined {
  const [, namespace, account] = /^[^/]+\/ns\/([^/*]+)\/sa\/([^/*]+)$/.exec(principal) ?? [];
  return namespace && account ? `${namespace}/${account}` : undefined;
}

type Whole = `${bigint}`;
type Amount = Whole | `${Whole}.${Whole}`;
type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type ToNumber<Text extends string> = Text extends `${infer Value extends number}` ? Value : never;

/** 0, 1, 2, … 100. */
export type WholePercent = ToNumber<`${Digit}` | `${Exclude<Digit, 0>}${Digit}` | '100'>;

/** A length of time as a topology writes it, in one unit: `600ms`, `2s`, `1m`, `1h`. */
export type Duration = `${Whole}ms` | `${Whole}s` | `${Whole}m` | `${Whole}h`;

/**
 * A length of time as Go reads it, down to a millisecond: `600ms`, `1.5s`, `1m30s`, `1h30m15s`. Whole numbers with a unit, where a second part
 * is smaller than the first; a fraction in the last. Go also accepts unusual forms (`1us`, `+1s`, `30m1h`), which are rejected here. `2 seconds` is no duration.
 */
export type IstioDuration =
  | `${Amount}${'ms' | 's' | 'm' | 'h'}`
  | `${Whole}s${Amount}ms`
  | `${Whole}m${Amount}${'ms' | 's'}`
  | `${Whole}h${Amount}${'ms' | 's' | 'm'}`
  | `${Whole}h${Whole}m${Amount}s`;

export const NANOSECONDS = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const PART = /(?:(\d+)(?:\.(\d*))?|\.(\d+))(ns|us|µs|μs|ms|s|m|h)/g;
const WHOLE = new RegExp(`^[+-]?(?:0|(?:${PART.source})+)$`);
const MAX = 2n ** 63n - 1n;

const known = new Map<string, bigint | undefined>();

/** Nanoseconds of a duration as Go writes it; undefined where it is none. https://pkg.go.dev/time#ParseDuration */
export const nanoseconds = (text: string): bigint | undefined => kept(known, text, () => parsed(text));

function parsed(text: string): bigint | undefined {
  if (!WHOLE.test(text)) return undefined;
  let sum = 0n;
  for (const [, whole = '0', point = '', bare = '', unit] of text.matchAll(PART)) {
    const fraction = point + bare;
    const size = NANOSECONDS[unit as keyof typeof NANOSECONDS];
    sum += BigInt(whole) * size + (fraction ? (BigInt(fraction) * size) / 10n ** BigInt(fraction.length) : 0n);
  }
  if (sum > MAX) return undefined;
  return text.startsWith('-') ? -sum : sum;
}

/** Milliseconds of a duration as Istio, Envoy and Go write it, such as `1m30s` or `1.5s`; undefined where it is none, or below zero. */
export function parseDuration(text: string): number | undefined {
  const length = nanoseconds(text);
  return length === undefined || length < 0n ? undefined : Number(length) / Number(NANOSECONDS.ms);
}

export const isDuration = (text: string): text is Duration => /^\d+(ms|s|m|h)$/.test(text);

/** Milliseconds of a topology's duration; throws a RangeError that names the text where it is none. */
export function milliseconds(duration: string): number {
  const length = isDuration(duration) ? parseDuration(duration) : undefined;
  if (length === undefined) throw new RangeError(`'${duration}' is no duration: write 600ms, 2s, 1m or 1h`);
  return length;
}

/** `1.5 s`, `600 ms`: a length of time for people. */
export const describeMilliseconds = (ms: number): string =>
  ms >= 1000 ? `${Number((ms / 1000).toFixed(3))} s` : `${Number(ms.toFixed(3))} ms`;
