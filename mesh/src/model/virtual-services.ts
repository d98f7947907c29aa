import { IDEMPOTENT_ROUTES, MESH_GATEWAY, resolveHost } from '../names.ts';
import type { MeshObject } from '../object.ts';
import {
  annotationOf,
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
import { covers } from './selection.ts';
import { splitList } from './services.ts';
import { readStringMatch, readStringMatches, type StringMatch } from './string-match.ts';

export interface Destination {
  /** As written. */
  readonly host: string;
  /** In full. */
  readonly fullHost: string;
  readonly subset?: string;
  readonly port?: number;
  readonly weight?: number;
  readonly path: string;
}

export interface HttpMatch {
  /** Appended to the route's name in a proxy. */
  readonly name?: string;
  readonly uri?: StringMatch;
  readonly ignoreUriCase: boolean;
  readonly method?: StringMatch;
  readonly scheme?: StringMatch;
  readonly authority?: StringMatch;
  readonly headers: ReadonlyMap<string, StringMatch>;
  readonly withoutHeaders: ReadonlyMap<string, StringMatch>;
  readonly queryParams: ReadonlyMap<string, StringMatch>;
  readonly port?: number;
  readonly sourceLabels: Labels;
  readonly sourceNamespace?: string;
  readonly gateways: readonly string[];
  readonly path: string;
}

export interface StatedRetries {
  /** Repetitions: 2 means up to three requests. */
  readonly attempts?: number;
  readonly perTryTimeout?: string;
  readonly backoff?: string;
  /** Undefined where Istio's default conditions apply. */
  readonly retryOn?: readonly string[];
}

/** What Istio does where a route states no retries, or no conditions. https://istio.io/latest/docs/concepts/traffic-management/#retries */
export const ISTIO_RETRIES = {
  attempts: 2,
  on: ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', 'retriable-status-codes'],
} as const;

export interface HttpRoute {
  readonly name?: string;
  readonly matches: readonly HttpMatch[];
  readonly destinations: readonly Destination[];
  readonly mirrors: readonly Destination[];
  readonly timeout?: string;
  readonly retries?: StatedRetries;
  readonly faults: boolean;
  readonly redirects: boolean;
  /** The path and the host that replace the matched ones. */
  readonly rewrite: { readonly uri?: string; readonly authority?: string };
  /** Full name, `namespace/name`, of the VirtualService that goes on. */
  readonly delegate?: string;
  readonly path: string;
  readonly of: VirtualService;
}

export interface VirtualService extends Named {
  /** In full. */
  readonly hosts: readonly string[];
  /** `mesh`, or `namespace/name`. */
  readonly gateways: readonly string[];
  readonly exportTo: readonly string[];
  readonly http: readonly HttpRoute[];
  /** Destinations of `tcp` and `tls` routes, by route. */
  readonly plain: readonly PlainRoute[];
  readonly idempotentRoutes: ReadonlySet<string>;
}

/** The conditions of a `tcp` or `tls` route for a connection. */
export interface PlainMatch {
  readonly port?: number;
  readonly sniHosts: readonly string[];
  readonly sourceLabels: Labels;
  readonly gateways: readonly string[];
  readonly path: string;
}

export interface PlainRoute {
  readonly kind: 'tcp' | 'tls';
  readonly matches: readonly PlainMatch[];
  readonly destinations: readonly Destination[];
  readonly path: string;
}

export function readVirtualService(object: MeshObject): VirtualService {
  const spec = specOf(object);
  const one = named(object);
  const gateways = texts(spec.gateways);
  const http: HttpRoute[] = [];
  const service: VirtualService = {
    ...one,
    hosts: texts(spec.hosts).map((host) => resolveHost(host, one.namespace)),
    gateways: gateways.length === 0 ? [MESH_GATEWAY] : gateways.map((gateway) => gatewayName(gateway, one.namespace)),
    exportTo: texts(spec.exportTo),
    http,
    plain: (['tcp', 'tls'] as const).flatMap((kind) =>
      records(spec[kind]).map((route, index) => readPlainRoute(kind, route, `spec.${kind}[${index}]`, one.namespace)),
    ),
    idempotentRoutes: new Set(splitList(annotationOf(object, IDEMPOTENT_ROUTES))),
  };
  for (const [index, route] of records(spec.http).entries()) http.push(readHttpRoute(route, `spec.http[${index}]`, service));
  return service;
}

/** `edge` and `ingress/edge`, and the older `edge.ingress.svc.cluster.local`, name a Gateway. */
function gatewayName(gateway: string, namespace: string): string {
  if (gateway === MESH_GATEWAY || gateway.includes('/')) return gateway;
  const [name = '', ofNamespace] = gateway.split('.');
  return `${ofNamespace ?? namespace}/${name}`;
}

function readHttpRoute(route: Fields, path: string, of: VirtualService): HttpRoute {
  const delegate = text(fields(route.delegate).name);
  const mirror = fields(route.mirror);
  return {
    ...given({ name: text(route.name), timeout: text(route.timeout) }),
    matches: records(route.match).map((match, index) => readMatch(match, `${path}.match[${index}]`, of.namespace)),
    destinations: readDestinations(route.route, `${path}.route`, of.namespace),
    mirrors: [
      ...(isGiven(mirror.host) ? [readDestination(mirror, undefined, `${path}.mirror`, of.namespace)] : []),
      ...readDestinations(route.mirrors, `${path}.mirrors`, of.namespace),
    ],
    ...(isGiven(route.retries) ? { retries: readRetries(fields(route.retries)) } : {}),
    faults: isGiven(fields(route.fault).delay) || isGiven(fields(route.fault).abort),
    rewrite: given({ uri: text(fields(route.rewrite).uri), authority: text(fields(route.rewrite).authority) }),
    redirects: isGiven(route.redirect) || isGiven(route.directResponse),
    ...(delegate === undefined ? {} : { delegate: `${text(fields(route.delegate).namespace) ?? of.namespace}/${delegate}` }),
    path,
    of,
  };
}

const readRetries = (retries: Fields): StatedRetries => ({
  ...given({ attempts: number(retries.attempts), perTryTimeout: text(retries.perTryTimeout), backoff: text(retries.backoff) }),
  ...(text(retries.retryOn) ? { retryOn: splitList(text(retries.retryOn)) } : {}),
});

const readMatch = (match: Fields, path: string, namespace: string): HttpMatch => ({
  ...given({ name: text(match.name), port: number(match.port), sourceNamespace: text(match.sourceNamespace) }),
  ...Object.fromEntries(
    (['uri', 'method', 'scheme', 'authority'] as const)
      .filter((key) => isGiven(match[key]))
      .map((key) => [key, readStringMatch(match[key])]),
  ),
  ignoreUriCase: match.ignoreUriCase === true,
  headers: readStringMatches(match.headers),
  withoutHeaders: readStringMatches(match.withoutHeaders),
  queryParams: readStringMatches(match.queryParams),
  sourceLabels: labels(match.sourceLabels),
  gateways: texts(match.gateways).map((gateway) => gatewayName(gateway, namespace)),
  path,
});

const readPlainRoute = (kind: 'tcp' | 'tls', route: Fields, path: string, namespace: string): PlainRoute => ({
  kind,
  matches: records(route.match).map((match, index) => readPlainMatch(match, `${path}.match[${index}]`, namespace)),
  destinations: readDestinations(route.route, `${path}.route`, namespace),
  path,
});

const readPlainMatch = (match: Fields, path: string, namespace: string): PlainMatch => ({
  ...given({ port: number(match.port) }),
  sniHosts: texts(match.sniHosts),
  sourceLabels: labels(match.sourceLabels),
  gateways: texts(match.gateways).map((gateway) => gatewayName(gateway, namespace)),
  path,
});

const readDestinations = (routes: unknown, path: string, namespace: string): readonly Destination[] =>
  records(routes).map((one, index) => readDestination(fields(one.destination), number(one.weight), `${path}[${index}]`, namespace));

function readDestination(destination: Fields, weight: number | undefined, path: string, namespace: string): Destination {
  const host = text(destination.host) ?? '';
  return {
    host,
    fullHost: resolveHost(host, namespace),
    ...given({ subset: text(destination.subset) || undefined, port: number(fields(destination.port).number), weight }),
    path,
  };
}

/** Every destination of a VirtualService, mirrors among them. */
export const destinationsOf = ({ http, plain }: VirtualService): readonly Destination[] => [
  ...http.flatMap(({ destinations, mirrors }) => [...destinations, ...mirrors]),
  ...plain.flatMap(({ destinations }) => destinations),
];

/** A proxy that reads routes: istiod gives it only the matches that are for its labels, namespace and gateways. */
export interface Reader {
  readonly labels: Labels;
  readonly namespace: string;
  /** `namespace/name` of the Gateways that it is; `mesh` for a sidecar. */
  readonly gateways: readonly string[];
}

/** Whether a proxy gets a match. Where a match names gateways, its source labels do not count. */
export function isFor({ gateways, sourceLabels, sourceNamespace }: HttpMatch, proxy: Reader): boolean {
  if (gateways.length > 0) return gateways.some((gateway) => proxy.gateways.includes(gateway));
  return covers(sourceLabels, proxy.labels) && (sourceNamespace === undefined || sourceNamespace === proxy.namespace);
}
