import type { HttpRoute } from '../../kinds.ts';
import { field, items } from '../schema/violation.ts';
import { duration } from './durations.ts';
import { headerOperations, oneAuthority } from './headers.ts';
import { weightedDestinations } from './hosts.ts';
import { cors, directResponse, redirect, retries, rewrite } from './http-actions.ts';
import { fault, mirroring } from './http-faults.ts';
import { httpMatch } from './http-match.ts';
import { broken, type Violations } from './rules.ts';

export function* httpRoute(route: HttpRoute, isDelegate: boolean, path: string): Violations {
  yield* oneAction(route, isDelegate, path);
  for (const [match, at] of items(route.match, field(path, 'match'))) yield* httpMatch(match, at);
  yield* headerOperations(route.headers, field(path, 'headers'));
  yield* oneAuthority(route.rewrite, route.headers, path);
  if (route.corsPolicy) yield* cors(route.corsPolicy, field(path, 'corsPolicy'));
  if (route.fault) yield* fault(route.fault, field(path, 'fault'));
  yield* mirroring(route, path);
  if (route.redirect) yield* redirect(route.redirect, route.match, field(path, 'redirect'));
  if (route.directResponse) yield* directResponse(route.directResponse, field(path, 'directResponse'));
  if (route.retries) yield* retries(route.retries, field(path, 'retries'));
  if (route.rewrite) yield* rewrite(route.rewrite, field(path, 'rewrite'));
  yield* weightedDestinations(route.route, field(path, 'route'));
  yield* duration(route.timeout, field(path, 'timeout'));
}

/** A route has exactly one action. */
function* oneAction(route: HttpRoute, isDelegate: boolean, path: string): Violations {
  if (route.delegate && !isDelegate) {
    if (route.redirect || route.route?.length)
      yield broken('MESH108', path, 'it delegates and acts', 'leave route and redirect to the delegate');
    return;
  }
  if (route.delegate) yield broken('MESH108', field(path, 'delegate'), 'a delegate does not delegate', 'route to destinations');
  const action = route.redirect ? 'redirect' : route.directResponse ? 'directResponse' : 'route';
  const others = [
    ...(action !== 'route' && route.route?.length ? ['route'] : []),
    ...(action !== 'route' && route.fault ? ['fault'] : []),
    ...(action !== 'route' && route.rewrite ? ['rewrite'] : []),
    ...(action === 'redirect' && route.directResponse ? ['directResponse'] : []),
  ];
  if (others.length > 0) yield broken('MESH108', path, `${action} excludes ${others.join(', ')}`, `remove ${action} or the rest`);
  if (action === 'route' && !route.route?.length)
    yield broken('MESH108', path, 'it does nothing with a request', 'write route, redirect or directResponse');
  if (route.mirror && route.mirrors?.length) yield broken('MESH108', path, 'mirror and mirrors exclude each other', 'write only mirrors');
}
