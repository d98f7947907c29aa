/** The characters that a request line may have in a path and its query; a fragment is refused. */
const REQUEST_TARGET = /^\/[\x21\x22\x24-\x7e]*$/;
/** `/..;x=1` is a step up like `/..`, only where its dots are written out. */
const DOTS_WITH_PARAMETERS = /(?<=^|\/)(\.{1,2});[^/]*(?=\/|$)/g;
const UNRESERVED = /[A-Za-z0-9\-._~]/;
const ENCODED = /["<>^`{|}]/g;

/**
 * The path of a request as Istio's proxies route and authorize it: `pathNormalization` is BASE where an installation sets no other, and
 * escaped slashes are kept. Undefined for a path that Envoy rejects with 400.
 * https://istio.io/latest/docs/ops/best-practices/security/#customize-your-system-on-path-normalization
 */
export function normalizedPath(target: string): string | undefined {
  if (!REQUEST_TARGET.test(target) || /%00/.test(target)) return undefined;
  const end = target.indexOf('?');
  const [path, query] = end < 0 ? [target, ''] : [target.slice(0, end), target.slice(end)];
  const decoded = path
    .replace(DOTS_WITH_PARAMETERS, '$1')
    .replaceAll('\\', '/')
    .replace(/%[\dA-Fa-f]{2}/g, (encoded) => {
      const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
      return UNRESERVED.test(character) ? character : encoded;
    })
    .replace(ENCODED, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return withoutDots(decoded) + query;
}

/** As `normalizedPath`, at a gateway: Istio has gateways merge slashes too (`merge_slashes` of their HTTP connection manager). */
export const normalizedByGateway = (target: string): string | undefined =>
  normalizedPath(target)?.replace(/^[^?]*/, (path) => path.replace(/\/{2,}/g, '/'));

/** Whether a gateway redirects instead of forwarding: Istio sets `path_with_escaped_slashes_action: UNESCAPE_AND_REDIRECT` there. */
export const hasEscapedSlash = (target: string): boolean => /^[^?]*%(2f|5c)/i.test(target);

/** https://datatracker.ietf.org/doc/html/rfc3986#section-5.2.4; empty segments stay. */
function withoutDots(path: string): string {
  const segments = path.slice(1).split('/');
  const kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (isLast) kept.push('');
  }
  return `/${kept.join('/')}`;
}
