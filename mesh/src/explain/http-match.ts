import type { Labels } from '../model/loose.ts';
import { type StringMatch, stringMatches } from '../model/string-match.ts';
import type { HttpMatch, HttpRoute } from '../model/virtual-services.ts';

/** A request as a proxy compares it. */
export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly host: string;
  readonly port: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** The proxy that compares: istiod gives it only the matches that are for its labels, namespace and gateways. */
export interface Comparing {
  readonly labels: Labels;
  readonly namespace: string;
  readonly gateways: readonly string[];
}

/** The match of a route that a request meets; `all` for a route without matches; undefined where it meets none. */
export function matchOf({ matches }: HttpRoute, request: HttpRequest, proxy: Comparing): HttpMatch | 'all' | undefined {
  if (matches.length === 0) return 'all';
  return matches.find((match) => isFor(match, proxy) && meets(match, request));
}

/** Where a match names gateways, its source labels do not count. */
function isFor({ gateways, sourceLabels, sourceNamespace }: HttpMatch, proxy: Comparing): boolean {
  if (gateways.length > 0) return gateways.some((gateway) => proxy.gateways.includes(gateway));
  const ofLabels = [...sourceLabels].every(([key, value]) => proxy.labels.get(key) === value);
  return ofLabels && (sourceNamespace === undefined || sourceNamespace === proxy.namespace);
}

function meets(match: HttpMatch, { method, path, host, port, headers }: HttpRequest): boolean {
  const [bare = '', query = ''] = path.split(/\?(.*)/s);
  const compared: readonly [StringMatch | undefined, string, boolean?][] = [
    [match.uri, bare, match.ignoreUriCase],
    [match.method, method],
    [match.authority, host],
    [match.scheme, 'http'],
  ];
  return (
    compared.every(([wanted, actual, ignoreCase]) => !wanted || stringMatches(wanted, actual, ignoreCase)) &&
    (match.port === undefined || match.port === port) &&
    all(match.headers, (name) => headers.get(name.toLowerCase())) &&
    all(match.queryParams, (name) => new URLSearchParams(query).get(name) ?? undefined) &&
    ![...match.withoutHeaders].some(([name, unwanted]) => isThere(unwanted, headers.get(name.toLowerCase())))
  );
}

const all = (wanted: ReadonlyMap<string, StringMatch>, valueNamed: (name: string) => string | undefined): boolean =>
  [...wanted].every(([name, match]) => isThere(match, valueNamed(name)));

const isThere = (match: StringMatch, value: string | undefined): boolean => value !== undefined && stringMatches(match, value);

/** The path that the callee sees. https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite */
export function rewritten({ rewrite }: HttpRoute, match: HttpMatch | 'all', path: string): string {
  if (rewrite.uri === undefined) return path;
  const matched = match === 'all' || match.uri?.kind !== 'prefix' ? (path.split('?')[0] ?? '') : match.uri.value;
  return `${rewrite.uri}${path.slice(matched.length)}`;
}
