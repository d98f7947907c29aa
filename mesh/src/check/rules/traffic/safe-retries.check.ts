import type { Inventory } from '../../../model/inventory.ts';
import { stringMatches } from '../../../model/string-match.ts';
import { type HttpRoute, ISTIO_RETRIES } from '../../../model/virtual-services.ts';
import { IDEMPOTENT_ROUTES } from '../../../names.ts';
import { type Mesh, unseenConditions } from '../../../topology/mesh.ts';
import { type Found, rule } from '../rule.ts';
import { idempotentOperation } from './idempotence.ts';
import { describeRoute } from './routes.check.ts';

const UNSEEN: ReadonlySet<string> = new Set(unseenConditions);
/** Methods that do something again when they are retried. https://www.rfc-editor.org/rfc/rfc9110#name-idempotent-methods */
const REPEATING_METHODS = ['POST', 'PATCH'];

const riskyConditions = ({ retries }: HttpRoute): readonly string[] =>
  (retries?.attempts ?? 0) > 0 ? (retries?.retryOn ?? ISTIO_RETRIES.on).filter((condition) => !UNSEEN.has(condition)) : [];

type Exposure = 'none' | 'perhaps' | 'certain';

/** Whether requests that must not be retried take a route. */
function exposure(route: HttpRoute, inventory: Inventory): Exposure {
  const methods = route.matches.map(({ method }) => method);
  const stated = methods.filter((method) => method !== undefined);
  if (stated.some((method) => REPEATING_METHODS.some((one) => stringMatches(method, one)))) return 'certain';
  if (methods.length > 0 && stated.length === methods.length) return 'none';
  return callsGrpc(route, inventory) ? 'certain' : 'perhaps';
}

const callsGrpc = ({ destinations, of }: HttpRoute, inventory: Inventory): boolean =>
  destinations.some(({ fullHost, port }) =>
    inventory
      .hostsNamed(fullHost, of.namespace)
      .some(({ ports }) => ports.some(({ number, protocol }) => protocol === 'grpc' && (port === undefined || port === number))),
  );

const isDeclaredSafe = (route: HttpRoute, mesh: Mesh | undefined): boolean =>
  (route.name !== undefined && route.of.idempotentRoutes.has(route.name)) || (mesh !== undefined && idempotentOperation(route, mesh));

function repeated(wanted: Exposure, inventory: Inventory, mesh: Mesh | undefined): readonly Found[] {
  return inventory.routes.flatMap((route) => {
    const conditions = riskyConditions(route);
    if (conditions.length === 0 || isDeclaredSafe(route, mesh) || exposure(route, inventory) !== wanted) return [];
    const what = wanted === 'certain' ? 'requests that are not idempotent' : 'requests of any method';
    return {
      at: route.of,
      path: `${route.path}.retries`,
      message: `${describeRoute(route)} retries ${what} on ${conditions.join(', ')}, although the callee may have executed them already`,
    };
  });
}

const HINT = `retry only on ${unseenConditions.join(', ')}; or, where the requests are safe to retry, set idempotent in the topology, or name the route in the annotation ${IDEMPOTENT_ROUTES}`;

export const safeRetries = rule({
  code: 'MESH202',
  title: 'requests that are not idempotent are retried only where no pod has seen them',
  otherwise: 'a write is executed more than once',
  hint: HINT,
  styleOnly: true,
  find: (inventory, mesh) => repeated('certain', inventory, mesh),
});

export const safeRetriesOfAnyMethod = rule({
  code: 'MESH203',
  title: 'a route with retries matches the methods that it is for',
  otherwise: 'a POST on this route may be executed more than once',
  hint: `match the methods that are safe (GET, HEAD, PUT, DELETE); or ${HINT}`,
  styleOnly: true,
  find: (inventory, mesh) => repeated('perhaps', inventory, mesh),
});
