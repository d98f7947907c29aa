import { field } from '../schema/violation.ts';
import { isDnsLabel, isDomain, isIpAddress, isWildcardDomain } from './names.ts';
import { broken, type Violations } from './rules.ts';

/** Protocols of ports, in lower case. https://istio.io/latest/docs/reference/config/networking/gateway/#Port */
const PROTOCOLS = {
  http: ['http', 'http2', 'http_proxy', 'grpc', 'grpc-web'],
  tls: ['https', 'tls'],
  other: ['tcp', 'udp', 'mongo', 'redis', 'mysql'],
};
const KNOWN = Object.values(PROTOCOLS).flat();

export const isHttp = (protocol = ''): boolean => PROTOCOLS.http.includes(protocol.toLowerCase());
export const isTls = (protocol = ''): boolean => PROTOCOLS.tls.includes(protocol.toLowerCase());
export const isKnown = (protocol = ''): boolean => KNOWN.includes(protocol.toLowerCase());

/** The protocol of a port; a proxy detects one that is not given. */
export function* protocol(given: string | undefined, path: string): Violations {
  if (given && !isKnown(given)) yield broken('MESH151', path, `Istio does not know the protocol '${given}'`, PROTOCOL_HINT);
}

export const PROTOCOL_HINT = 'write HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, TLS, MONGO, REDIS or MYSQL; TCP for any other protocol';

export function* portName(name: string, path: string): Violations {
  if (!isDnsLabel(name))
    yield broken('MESH152', path, `'${name}' is not a valid port name`, 'write letters, digits and -, such as http-web');
}

interface Port {
  readonly targetPort?: number | undefined;
}

/** Only a ServiceEntry forwards to another port. */
export function* withoutTargetPort(port: Port | undefined, path: string): Violations {
  if (port?.targetPort) yield broken('MESH157', field(path, 'targetPort'), 'it has no effect here', 'remove it');
}

const UNIX = 'unix://';

export const isUnix = (address: string): boolean => address.startsWith(UNIX);

/** A Unix socket: an absolute path of a file, or an abstract name that begins with `@`. */
export function* unixSocket(address: string, path: string): Violations {
  const file = address.slice(UNIX.length);
  if (!file.startsWith('@') && (!file.startsWith('/') || file.endsWith('/')))
    yield broken('MESH155', path, `'${address}' is not the path of a Unix socket`, 'write unix:///path/to/socket or unix://@name');
}

export function* bindAddress(bind: string | undefined, path: string): Violations {
  if (bind && !isIpAddress(bind)) yield broken('MESH155', path, `'${bind}' is not an IP address`, 'write an IP address, or remove it');
}

/** `namespace/host` of a Gateway's server or a Sidecar's egress listener; a Gateway accepts a host without a namespace, and an IP address. */
export function* namespacedHost(text: string, kind: 'Gateway' | 'Sidecar', path: string): Violations {
  const slash = text.indexOf('/');
  if (slash < 0 && kind === 'Sidecar') {
    yield broken('MESH156', path, `'${text}' has no namespace`, `write ./${text}, */${text} or namespace/${text}`);
    return;
  }
  const [namespace, host] = [text.slice(0, Math.max(slash, 0)), text.slice(slash + 1)];
  const owner = kind === 'Sidecar' ? namespace.replace(/^~(?=.)/, '') : namespace;
  if (slash >= 0 && owner !== '*' && owner !== '.' && !isDnsLabel(owner) && !(kind === 'Sidecar' && namespace === '~'))
    yield broken('MESH156', path, `'${namespace}' is not a namespace`, 'write ., * or a namespace in front of the /');
  if (host !== '*' && !host.includes('.'))
    yield broken('MESH156', path, `'${host}' is a short name`, 'write the host in full, such as web.shop.svc.cluster.local');
  else if (!isWildcardDomain(host) && !(kind === 'Gateway' && isIpAddress(host)))
    yield broken('MESH156', path, `'${host}' is not a DNS name`, 'write a DNS name; a wildcard is its whole first label');
  else if (isPartialWildcard(host))
    yield broken(
      'MESH156',
      path,
      `the wildcard of '${host}' is only a part of a label`,
      'write * as the whole first label, such as *.example.com',
    );
}

export const isPartialWildcard = (host: string): boolean => host.includes('*') && host !== '*' && !host.startsWith('*.');

/** A host name without a wildcard. */
export const isAddressOrDomain = (text: string): boolean => isIpAddress(text) || isDomain(text);
