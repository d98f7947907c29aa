import { isIP } from 'node:net';

/**
 * The scheme, in lower case, of a URL as Go reads one from a request: empty for an absolute path, undefined where it is none.
 * https://pkg.go.dev/net/url#ParseRequestURI
 */
export function urlScheme(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what no URL has.
  if (/[\x00-\x1f\x7f]/.test(text)) return undefined;
  if (text === '*') return '';
  const [, given = '', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):)?(.*)$/is.exec(text) ?? [];
  const scheme = given.toLowerCase();
  const [whole = ''] = rest.split('?', 1);
  if (!whole.startsWith('/')) return scheme || undefined; // mailto:a@example.com, or a relative path
  if (!scheme || !whole.startsWith('//')) return isEscaped(whole) ? scheme : undefined;
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(whole) ?? [];
  return isAuthority(authority, scheme) && isEscaped(path) ? scheme : undefined;
}

/** Whether each percent sign begins an escape of two hexadecimal digits. */
const isEscaped = (text: string): boolean => !/%(?![0-9a-f]{2})/i.test(text);

function isAuthority(authority: string, scheme: string): boolean {
  const at = authority.lastIndexOf('@');
  const user = authority.slice(0, Math.max(at, 0));
  return /^[\w.~:!$&'()*+,;=%@-]*$/.test(user) && isEscaped(user) && isHost(authority.slice(at + 1), scheme);
}

const PORT = /^(?::\d*)?$/;

function isHost(host: string, scheme: string): boolean {
  const [, inBrackets, port = ''] = /^\[(.*)\]([^\]]*)$/s.exec(host) ?? [];
  if (inBrackets !== undefined) return PORT.test(port) && isIP(inBrackets.replace('%25', '%')) === 6;
  if (host.includes('[')) return false;
  const colon = scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon >= 0 && !PORT.test(host.slice(colon))) return false;
  // Of ASCII, only these; an escape is one of another character, or of the percent sign.
  return /^(?:[\w.~!$&'()*+,;=:\]<>"-]|\P{ASCII}|%25|%[89a-f][0-9a-f])*$/iu.test(host);
}
