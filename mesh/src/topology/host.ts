const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
/** A DNS name of two labels or more, or an IPv4 address, or a DNS name with `*` for its first label. https://datatracker.ietf.org/doc/html/rfc1123#section-2.1 */
const HOST = new RegExp(`^(\\*\\.)?${LABEL}(\\.${LABEL})+$`);
const MAX_LENGTH = 253;

/** The error in a host of a gateway, and the fix. */
export interface HostProblem {
  readonly message: string;
  readonly hint: string;
}

/** Undefined for a DNS name, an IPv4 address, `*.example.com`, and `*` for any host. */
export function hostProblem(host: string): HostProblem | undefined {
  const problem = (message: string, hint: string) => ({ message: `invalid host '${host}': ${message}`, hint });
  if (host === '*') return undefined;
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(host)?.[0];
  if (scheme) return problem('it has a scheme', `write only the name: '${host.slice(scheme.length).split(/[/:]/)[0]}'`);
  if (host.includes('/')) return problem('it has a path', `write only the name: '${host.split('/')[0]}'`);
  if (/:.*:/.test(host)) return problem('IPv6 addresses are not supported', 'write a DNS name or an IPv4 address');
  if (host.includes(':')) return problem('it has a port', `write only the name, which covers any port: '${host.split(':')[0]}'`);
  if (/[A-Z]/.test(host)) return problem('it has upper-case letters', `write '${host.toLowerCase()}': hosts are compared in lower case`);
  if (host.replace(/^\*\./, '').includes('*'))
    return problem('* stands for a whole first label only', "write '*.example.com', or name each host");
  if (host === 'localhost')
    return problem('Istio takes no name without a dot', "write '127.0.0.1': the gateway then answers to localhost too");
  if (!HOST.test(host) || host.length > MAX_LENGTH)
    return problem('it is not a DNS name', "write a name such as 'shop.example.com', or an IPv4 address");
  return undefined;
}
