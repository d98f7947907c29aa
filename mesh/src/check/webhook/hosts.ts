import type { Destination, HttpRouteDestination } from '../../kinds.ts';
import { hostCovers } from '../../names.ts';
import { field, item, items } from '../schema/violation.ts';
import { headerOperations } from './headers.ts';
import { isDnsLabel, isDomain, isIpAddress, isLabelKey, isLabelValue, isPassthroughName, isWildcardDomain } from './names.ts';
import { broken, type Violations } from './rules.ts';

const HINT = 'write a DNS name such as web.platform.svc.cluster.local; a wildcard stands only at its beginning';

export function* wildcardHost(host: string, path: string): Violations {
  if (!isWildcardDomain(host)) yield broken('MESH102', path, `'${host}' is no DNS name`, HINT);
}

/** A host that requests are sent to. */
function* destinationHost(host: string, path: string): Violations {
  if (host === '*') yield broken('MESH102', path, 'no request can be sent to *', 'name a host');
  else yield* wildcardHost(host, path);
}

/** A name in the first message of a TLS connection, of one of the VirtualService's hosts. */
export function* sniHost(host: string, hosts: readonly string[], forGateway: boolean, path: string): Violations {
  const valid = forGateway && host.startsWith('outbound_') ? isPassthroughName(host) : isWildcardDomain(host);
  if (!valid && isIpAddress(host)) {
    yield broken('MESH194', path, `'${host}' is an address, which clients do not send as SNI`, 'name a host');
  } else if (!valid) {
    yield broken('MESH102', path, `'${host}' is no DNS name`, HINT);
  } else if (!hosts.some((whole) => hostCovers(whole, host))) {
    yield broken('MESH120', path, `'${host}' is none of the hosts ${hosts.join(', ')}`, 'add it to spec.hosts');
  }
}

/** Names of gateways. istiod reads no further than the first that has no namespace. */
export function* gatewayNames(names: readonly string[] = [], path: string): Violations {
  for (const [name, at] of items(names, path)) {
    const slash = name.indexOf('/');
    if (slash < 0) {
      if (name.includes('.')) {
        const [own, namespace] = name.split('.');
        yield broken('MESH191', at, `'${name}' is the deprecated form of a gateway's name`, `write ${namespace}/${own}`);
      }
      if (!isDomain(name)) yield broken('MESH104', at, `'${name}' is no name of a gateway`, 'write namespace/name');
      return;
    }
    if (!isDnsLabel(name.slice(0, slash)) || !isDnsLabel(name.slice(slash + 1)))
      yield broken('MESH104', at, `'${name}' is no name of a gateway`, 'write namespace/name, each a DNS label');
  }
}

/** Namespaces that see an object; `~`, none, only where it is a ServiceEntry's. */
export function* exportTo(entries: readonly string[] = [], namespace: string, path: string, { orNone = false } = {}): Violations {
  const keys = entries.map((entry) => (entry === '.' ? namespace : entry));
  for (const [index, key] of keys.entries()) {
    if (key === '~' && !orNone)
      yield broken('MESH105', item(path, index), 'only a ServiceEntry may use ~', 'write . for the own namespace');
    else if (key !== '*' && key !== '~' && !isDnsLabel(key))
      yield broken('MESH105', item(path, index), `'${key}' is no namespace`, 'write ., * or a namespace');
    else if (keys.indexOf(key) < index)
      yield broken('MESH105', item(path, index), `'${entries[index]}' is a duplicate`, 'remove one of the two');
  }
  if (orNone && keys.includes('~') && keys.length > 1) yield broken('MESH105', path, '~ excludes the others', 'keep only ~, or remove it');
  if (keys.includes('*') && keys.length > 1) yield broken('MESH105', path, '* already includes the others', 'keep only *, or remove it');
}

/** Labels that pods are chosen by. */
export function* labels(chosen: Readonly<Record<string, string>> = {}, code: 'MESH109' | 'MESH112' | 'MESH145', path: string): Violations {
  for (const [key, value] of Object.entries(chosen)) {
    if (!isLabelKey(key)) yield broken(code, path, `'${key}' is no name of a label`, 'write name or prefix/name');
    if (!isLabelValue(value)) yield broken(code, path, `'${value}' is no value of a label`, 'write letters, digits, -, _ and .');
  }
}

export function* port(number: number | undefined, path: string): Violations {
  if (number !== undefined && (number < 1 || number > 65_535)) yield broken('MESH121', path, `${number} is no port`, 'write 1 to 65535');
}

export function* destination(target: Destination, path: string): Violations {
  yield* destinationHost(target.host, field(path, 'host'));
  if (target.subset && !isDnsLabel(target.subset))
    yield broken('MESH112', field(path, 'subset'), `'${target.subset}' is no name of a subset`, 'write a DNS label');
  if (target.port) yield* port(target.port.number ?? 0, field(path, 'port', 'number'));
}

type Weighted = Pick<HttpRouteDestination, 'destination' | 'weight' | 'headers'>;

/** Destinations among which requests or connections are shared. */
export function* weightedDestinations(routes: readonly Weighted[] = [], path: string): Violations {
  for (const [route, at] of items(routes, path)) {
    yield* destination(route.destination, field(at, 'destination'));
    yield* headerOperations(route.headers, field(at, 'headers'));
    if ((route.weight ?? 0) < 0) yield broken('MESH111', field(at, 'weight'), `${route.weight} is negative`, 'write 0 or more');
  }
  const total = routes.reduce((sum, { weight = 0 }) => sum + weight, 0);
  if (routes.length > 1 && total === 0) yield broken('MESH111', path, 'the weights add up to 0', 'give at least one destination a weight');
}
