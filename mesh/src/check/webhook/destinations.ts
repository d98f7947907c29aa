import type { Destination, HttpRouteDestination } from '../../kinds.ts';
import { field, item } from '../schema/violation.ts';
import { headerOperations } from './headers.ts';
import { destinationHost, port } from './hosts.ts';
import { isDnsLabel } from './names.ts';
import { broken, type Violations } from './rules.ts';

export function* destination(target: Destination, path: string): Violations {
  yield* destinationHost(target.host, field(path, 'host'));
  if (target.subset && !isDnsLabel(target.subset))
    yield broken('MESH112', field(path, 'subset'), `'${target.subset}' is no name of a subset`, 'write a DNS label');
  if (target.port) yield* port(target.port.number ?? 0, field(field(path, 'port'), 'number'));
}

type Weighted = Pick<HttpRouteDestination, 'destination' | 'weight' | 'headers'>;

/** Destinations among which requests or connections are shared. */
export function* weightedDestinations(routes: readonly Weighted[] = [], path: string): Violations {
  for (const [index, route] of routes.entries()) {
    yield* destination(route.destination, field(item(path, index), 'destination'));
    yield* headerOperations(route.headers, field(item(path, index), 'headers'));
    if ((route.weight ?? 0) < 0)
      yield broken('MESH111', field(item(path, index), 'weight'), `${route.weight} is negative`, 'write 0 or more');
  }
  const total = routes.reduce((sum, { weight = 0 }) => sum + weight, 0);
  if (routes.length > 1 && total === 0) yield broken('MESH111', path, 'the weights add up to 0', 'give at least one destination a weight');
}
