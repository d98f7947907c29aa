import type { HttpMatch, TcpRoute, TlsRoute, VirtualService, VirtualServiceSpec } from '../../kinds.ts';
import { MESH_GATEWAY } from '../../names.ts';
import { field, item } from '../schema/violation.ts';
import { exportTo, gatewayNames, labels, port, sniHost, weightedDestinations } from './hosts.ts';
import { claimsAtGateways } from './http-match.ts';
import { httpRoute } from './http-route.ts';
import { isIpAddress, isIpRange, isPassthroughName, isWildcardDomain, overlap } from './names.ts';
import { broken, type Violations } from './rules.ts';
import { unreachable } from './unreachable.ts';

export function* virtualServiceViolations({ metadata, spec }: VirtualService): Violations {
  const { hosts = [], gateways = [], http = [], tls = [], tcp = [] } = spec;
  const isDelegate = hosts.length === 0;
  const onlyAtGateways = gateways.length > 0 && !gateways.includes(MESH_GATEWAY);
  yield* routesSomething(spec, isDelegate);
  yield* gatewayNames(gateways, 'spec.gateways');
  yield* hostNames(hosts, onlyAtGateways, tls);
  for (const [index, route] of http.entries()) {
    const path = item('spec.http', index);
    yield* httpRoute(route, isDelegate, path);
    if (!onlyAtGateways) yield* claims(route.match, field(path, 'match'));
  }
  for (const [index, route] of tls.entries()) yield* tlsRoute(route, spec, item('spec.tls', index));
  for (const [index, route] of tcp.entries()) yield* tcpRoute(route, item('spec.tcp', index));
  yield* exportTo(spec.exportTo, metadata.namespace, 'spec.exportTo');
  yield* unreachable(spec);
}

function* routesSomething({ gateways, http, tls, tcp }: VirtualServiceSpec, isDelegate: boolean): Violations {
  const hint = 'name hosts, or leave it to the VirtualService that delegates';
  if (isDelegate && gateways?.length) yield broken('MESH107', 'spec.gateways', 'a delegate has no gateways', hint);
  if (isDelegate && tls?.length) yield broken('MESH107', 'spec.tls', 'a delegate has only HTTP routes', hint);
  if (isDelegate && tcp?.length) yield broken('MESH107', 'spec.tcp', 'a delegate has only HTTP routes', hint);
  if (!http?.length && !tls?.length && !tcp?.length) yield broken('MESH107', 'spec', 'it routes nothing', 'write http, tls or tcp');
}

function* hostNames(hosts: readonly string[], onlyAtGateways: boolean, tls: readonly TlsRoute[]): Violations {
  const hasSni = tls.some(({ match }) => match.some(({ sniHosts }) => sniHosts.length > 0));
  const isMade = (host: string) => onlyAtGateways && hasSni && host.startsWith('outbound_');
  const isValid = (host: string) => (isMade(host) ? isPassthroughName(host) : isWildcardDomain(host)) || isIpAddress(host);
  for (const [index, host] of hosts.entries()) {
    if (!isValid(host))
      yield broken(
        'MESH102',
        item('spec.hosts', index),
        `'${host}' is no DNS name`,
        'write a DNS name; a wildcard stands only at its beginning',
      );
    if (host === '*' && !onlyAtGateways)
      yield broken(
        'MESH102',
        item('spec.hosts', index),
        'the host * is valid only at a gateway',
        'name hosts, or a gateway in spec.gateways',
      );
  }
  if (!hosts.every((host) => isValid(host) && (onlyAtGateways || host !== '*'))) return;
  for (const [index, host] of hosts.entries()) {
    const twin = hosts.slice(0, index).find((other) => overlap(other, host));
    if (twin !== undefined) yield broken('MESH103', item('spec.hosts', index), `${host} and ${twin} are one`, 'remove one of the two');
  }
}

function* claims(matches: readonly HttpMatch[] = [], path: string): Violations {
  for (const [index, match] of matches.entries()) yield* claimsAtGateways(match, item(path, index));
}

function* tlsRoute({ match, route = [] }: TlsRoute, { hosts = [], gateways = [] }: VirtualServiceSpec, path: string): Violations {
  if (match.length === 0) yield broken('MESH120', field(path, 'match'), 'it matches nothing', 'match by sniHosts');
  if (route.length === 0) yield broken('MESH120', path, 'it leads nowhere', 'write route');
  for (const [index, condition] of match.entries()) {
    const at = item(field(path, 'match'), index);
    if (condition.sniHosts.length === 0) yield broken('MESH120', at, 'it matches no host', 'write sniHosts');
    for (const [position, host] of condition.sniHosts.entries())
      yield* sniHost(host, hosts, !gateways.includes(MESH_GATEWAY), item(field(at, 'sniHosts'), position));
    yield* connectionMatch(condition, at);
  }
  yield* weightedDestinations(route, field(path, 'route'));
}

function* tcpRoute({ match = [], route = [] }: TcpRoute, path: string): Violations {
  if (route.length === 0) yield broken('MESH120', path, 'it leads nowhere', 'write route');
  for (const [index, condition] of match.entries()) yield* connectionMatch(condition, item(field(path, 'match'), index));
  yield* weightedDestinations(route, field(path, 'route'));
}

type ConnectionMatch = Pick<TlsRoute['match'][number], 'destinationSubnets' | 'port' | 'sourceLabels' | 'gateways'>;

function* connectionMatch(match: ConnectionMatch, path: string): Violations {
  for (const [index, subnet] of (match.destinationSubnets ?? []).entries())
    if (!isIpAddress(subnet) && !isIpRange(subnet))
      yield broken(
        'MESH120',
        item(field(path, 'destinationSubnets'), index),
        `'${subnet}' is no range of addresses`,
        'write an address, or 10.0.0.0/8',
      );
  if (match.port) yield* port(match.port, field(path, 'port')); // istiod reads 0 as none
  yield* labels(match.sourceLabels, 'MESH109', field(path, 'sourceLabels'));
  yield* gatewayNames(match.gateways, field(path, 'gateways'));
}
