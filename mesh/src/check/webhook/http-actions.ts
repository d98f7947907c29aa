import { STATUS_CODES } from 'node:http';
import type { CorsPolicy, HttpDirectResponse, HttpMatch, HttpRedirect, HttpRetry, HttpRewrite } from '../../kinds.ts';
import { retryConditions } from '../../topology/mesh.ts';
import { field, items } from '../schema/violation.ts';
import { duration, wholeSeconds } from './durations.ts';
import { isHeaderName } from './headers.ts';
import { port } from './hosts.ts';
import { regexFault, regexMatch } from './http-match.ts';
import { broken, type Violations } from './rules.ts';

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on */
const RETRY_CONDITIONS: readonly string[] = [
  ...retryConditions,
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
];

/** 509 is in Node's list, and in no standard. */
const isStatus = (text: string) => /^[+-]?\d+$/.test(text) && STATUS_CODES[Number(text)] !== undefined && Number(text) !== 509;

export function* retries(retry: HttpRetry, path: string): Violations {
  const { attempts = 0, perTryTimeout, retryOn = '', retryRemoteLocalities, backoff } = retry;
  if (attempts < 0) yield broken('MESH113', field(path, 'attempts'), `${attempts} is negative`, 'write 0 for no retry');
  if (attempts === 0 && (perTryTimeout !== undefined || retryOn !== '' || (retryRemoteLocalities ?? undefined) !== undefined))
    yield broken('MESH113', path, 'there are no attempts to which the rest applies', 'write attempts, or only attempts: 0');
  for (const condition of retryOn === '' ? [] : retryOn.split(','))
    if (!RETRY_CONDITIONS.includes(condition) && !isStatus(condition))
      yield broken(
        'MESH113',
        field(path, 'retryOn'),
        `'${condition}' is no condition of Envoy's`,
        'write connect-failure, 5xx or another, with commas and without blanks',
      );
  yield* duration(perTryTimeout, field(path, 'perTryTimeout'));
  yield* duration(backoff, field(path, 'backoff'));
}

export function* redirect(target: HttpRedirect, matches: readonly HttpMatch[] = [], path: string): Violations {
  if (target.uri && target.prefixRewrite) yield broken('MESH114', path, 'uri and prefixRewrite exclude each other', 'keep one');
  if (target.prefixRewrite && matches.some(({ uri }) => uri && uri.prefix === undefined))
    yield broken('MESH114', field(path, 'prefixRewrite'), 'a prefix is rewritten that is not matched', 'match each uri by prefix');
  const nowhere = !target.uri && !target.prefixRewrite && !target.authority && !target.scheme;
  if (nowhere && target.port === undefined && target.derivePort === undefined)
    yield broken('MESH114', path, 'it leads back to where it came from', 'write uri, authority, scheme or port');
  if (target.redirectCode && (target.redirectCode < 300 || target.redirectCode > 399))
    yield broken('MESH114', field(path, 'redirectCode'), `${target.redirectCode} is no redirection`, 'write 301, 302, 303, 307 or 308');
  if (target.scheme && !['http', 'https'].includes(target.scheme))
    yield broken('MESH114', field(path, 'scheme'), `'${target.scheme}' is no scheme`, 'write http or https');
  if (target.port) yield* port(target.port, field(path, 'port')); // istiod reads 0 as none
}

export function* rewrite(change: HttpRewrite, path: string): Violations {
  const { uri, uriRegexRewrite, authority } = change;
  if (uri && uriRegexRewrite) yield broken('MESH115', path, 'uri and uriRegexRewrite exclude each other', 'keep one');
  if (!uri && !uriRegexRewrite && !authority)
    yield broken('MESH115', path, 'nothing is rewritten', 'write uri, uriRegexRewrite or authority');
  if (!uriRegexRewrite) return;
  const inner = field(path, 'uriRegexRewrite');
  if (!uriRegexRewrite.match || !uriRegexRewrite.rewrite)
    yield broken('MESH115', inner, 'half of it is missing', 'write match and rewrite');
  const fault = uriRegexRewrite.match ? regexFault(uriRegexRewrite.match) : undefined;
  if (fault) yield broken('MESH115', field(inner, 'match'), `no regular expression of RE2: ${fault}`, 'fix it');
}

const MEGABYTE = 1024 * 1024;
const LARGE = 100 * 1024;

export function* directResponse({ status, body }: HttpDirectResponse, path: string): Violations {
  yield* httpStatus(status, 'MESH116', field(path, 'status'));
  const bytes = body?.bytes === undefined ? Buffer.byteLength(body?.string ?? '') : Buffer.from(body.bytes, 'base64').byteLength;
  if (bytes > MEGABYTE)
    yield broken('MESH116', field(path, 'body'), `${bytes} bytes are too many for every proxy to keep`, 'write at most 1 MB');
  else if (bytes > LARGE)
    yield broken(
      'MESH195',
      field(path, 'body'),
      `istiod sends its ${bytes} bytes to every proxy that gets the route`,
      'serve it from a workload',
    );
}

/** istiod admits 600, too. */
export function* httpStatus(status: number, code: 'MESH116' | 'MESH117', path: string): Violations {
  if (status < 200 || status > 600) yield broken(code, path, `${status} is no status of a response`, 'write 200 to 599');
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*'];

export function* cors(policy: CorsPolicy, path: string): Violations {
  for (const [origin, at] of items(policy.allowOrigins, field(path, 'allowOrigins'))) {
    if (!origin.exact && !origin.prefix && !origin.regex)
      yield broken('MESH119', at, 'it allows no origin', 'write exact, prefix or regex');
    else yield* regexMatch(origin, at);
  }
  for (const [method, at] of items(policy.allowMethods, field(path, 'allowMethods')))
    if (!METHODS.includes(method)) yield broken('MESH119', at, `'${method}' is no method of HTTP`, `write one of ${METHODS.join(', ')}`);
  for (const list of ['allowHeaders', 'exposeHeaders'] as const)
    for (const [name, at] of items(policy[list], field(path, list)))
      if (!isHeaderName(name)) yield broken('MESH119', at, `'${name}' is no name of a header`, 'write letters, digits and -');
  yield* wholeSeconds(policy.maxAge, field(path, 'maxAge'));
}
