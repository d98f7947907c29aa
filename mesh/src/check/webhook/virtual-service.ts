import type { HttpMatch, TcpRoute, TlsRoute, VirtualService, VirtualServiceSpec } from '../../kinds.ts';
import { hostsOverlap, MESH_GATEWAY } from '../../names.ts';
import { field, item, items } from '../schema/violation.ts';
import { exportTo, gatewayNames, labels, port, sniHost, weightedDestinations } from './hosts.ts';
import { claimsAtGateways } from './http-match.ts';
import { httpRoute } from './http-route.ts';
import { isIpAddress, isIpRange, isPassthroughName, isWildcardDomain } from './names.ts';
import { broken, type Violations } from './rules.ts';
import { unreachable } from './unreachable.ts';

export function* virtualServiceViolations({ metadata, spec }: VirtualService): Violations {
  const { hosts = [], gateways = [], http = [], tls = [], tcp = [] } = spec;
  const isDelegate = hosts.length === 0;
  const onlyAtGateways = gateways.length > 0 && !gateways.includes(MESH_GATEWAY);
  yield* routesSomething(spec, isDelegate);
  yield* gatewayNames(gateways, 'spec.gateways');
  yield* hostNames(hosts, onlyAtGateways, tls);
  for (const [route, path] of items(http, 'spec.http')) {
    yield* httpRoute(route, isDelegate, path);
    if (!onlyAtGateways) yield* claims(route.match, field(path, 'match'));
  }
  for (const [route, at] of items(tls, 'spec.tls')) yield* tlsRoute(route, spec, at);
  for (const [route, at] of items(tcp, 'spec.tcp')) yield* tcpRoute(route, at);
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
  for (const [host, place] of items(hosts, 'spec.hosts')) {
    if (!isValid(host))
      yield broken('MESH102', place, `'${host}' is no DNS name`, 'write a DNS name; a wildcard stands only at its beginning');
    if (host === '*' && !onlyAtGateways)
      yield broken('MESH102', place, 'the host * is valid only at a gateway', 'name hosts, or a gateway in spec.gateways');
  }
  if (!hosts.every((host) => isValid(host) && (onlyAtGateways || host !== '*'))) return;
  for (const [index, host] of hosts.entries()) {
    const twin = hosts.slice(0, index).find((other) => hostsOverlap(other, host));
    if (twin !== undefined) yield broken('MESH103', item('spec.hosts', index), `${host} and ${twin} are one`, 'remove one of the two');
  }
}

function* claims(matches: readonly HttpMatch[] = [], path: string): Violations {
  for (const [match, at] of items(matches, path)) yield* claimsAtGateways(match, at);
}

function* tlsRoute({ match, route = [] }: TlsRoute, { hosts = [], gateways = [] }: VirtualServiceSpec, path: string): Violations {
  if (match.length === 0) yield broken('MESH120', field(path, 'match'), 'it matches nothing', 'match by sniHosts');
  if (route.length === 0) yield broken('MESH120', path, 'it leads nowhere', 'write route');
  for (const [condition, at] of items(match, field(path, 'match'))) {
    if (condition.sniHosts.length === 0) yield broken('MESH120', at, 'it matches no host', 'write sniHosts');
    for (const [host, place] of items(condition.sniHosts, field(at, 'sniHosts')))
      yield* sniHost(host, hosts, !gateways.includes(MESH_GATEWAY), place);
    yield* connectionMatch(condition, at);
  }
  yield* weightedDestinations(route, field(path, 'route'));
}

function* tcpRoute({ match = [], route = [] }: TcpRoute, path: string): Violations {
  if (route.length === 0) yield broken('MESH120', path, 'it leads nowhere', 'write route');
  for (const [condition, at] of items(match, field(path, 'match'))) yield* connectionMatch(condition, at);
  yield* weightedDestinations(route, field(path, 'route'));
}

type ConnectionMatch = Pick<TlsRoute['match'][number], 'destinationSubnets' | 'port' | 'sourceLabels' | 'gateways'>;

function* connectionMatch(match: ConnectionMatch, path: string): Violations {
  for (const [subnet, at] of items(match.destinationSubnets, field(path, 'destinationSubnets')))
    if (!isIpAddress(subnet) && !isIpRange(subnet))
      yield broken('MESH120', at, `'${subnet}' is no range of addresses`, 'write an address, or 10.0.0.0/8');
  if (match.port) yield* port(match.port, field(path, 'port')); // istiod reads 0 as none
  yield* labels(match.sourceLabels, 'MESH109', field(path, 'sourceLabels'));
  yield* gatewayNames(match.gateways, field(path, 'gateways'));
}
