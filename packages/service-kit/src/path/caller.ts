/**
 * The caller's identity as this service's own sidecar verified it: the URI of the last element of x-forwarded-client-cert,
 * null where there is none. Elements before the last one are whatever the caller sent.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#x-forwarded-client-cert
 */
export function callerOf(forwardedClientCert: string | undefined): string | null {
  const pairs = splitOutsideQuotes(lastElementOf(forwardedClientCert ?? ''), ';');
  const uri = pairs.find((pair) => /^\s*uri=/i.test(pair));
  return (uri && unquote(uri.slice(uri.indexOf('=') + 1).trim())) || null;
}

// Read from the right: the sidecar's own element has balanced quotes, so a quote that a forged element leaves open cannot swallow it.
function lastElementOf(header: string): string {
  let quoted = false;
  for (let at = header.length - 1; at >= 0; at--) {
    if (header[at] === '"' && !isEscaped(header, at)) quoted = !quoted;
    else if (header[at] === ',' && !quoted) return header.slice(at + 1);
  }
  return header;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"' && !isEscaped(text, at)) quoted = !quoted;
    else if (text[at] === separator && !quoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}

const unquote = (value: string): string => (/^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value);
