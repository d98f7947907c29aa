import type { Destination, HttpRoute } from '../../../model/virtual-services.ts';
import { parseDuration } from '../../../names.ts';
import { rule } from '../rule.ts';

/** `route 'create'`, or `the route at spec.http[1]` where it has no name. */
export const describeRoute = ({ name, path }: HttpRoute): string => (name ? `route '${name}'` : `the route at ${path}`);

/** Whether a route sends requests to pods, instead of answering itself or handing on to another VirtualService. */
const forwards = ({ redirects, delegate, destinations }: HttpRoute): boolean =>
  !redirects && delegate === undefined && destinations.length > 0;

const WHOLE = 100;

/** Undefined where a route needs no weights: one destination that names none. */
function sumOfWeights(destinations: readonly Destination[]): number | undefined {
  const weights = destinations.map(({ weight }) => weight);
  if (weights.length === 0 || (weights.length === 1 && weights[0] === undefined)) return undefined;
  return weights.reduce<number>((sum, weight) => sum + (weight ?? 0), 0);
}

export const weights = rule({
  code: 'MESH205',
  title: 'the weights of a route add up to 100',
  otherwise: 'Istio divides each by their sum, and the weights are not what people read',
  hint: 'write whole percents that add up to 100',
  styleOnly: true,
  find: ({ virtualServices }) =>
    virtualServices.flatMap((at) =>
      [...at.http, ...at.plain].flatMap(({ destinations, path }) => {
        const sum = sumOfWeights(destinations);
        if (sum === undefined || sum === WHOLE) return [];
        const written = destinations.map(({ weight }) => weight ?? 'none').join(' + ');
        return { at, path: `${path}.route`, message: `the weights ${written} add up to ${sum}` };
      }),
    ),
});

export const statedRetries = rule({
  code: 'MESH206',
  title: 'every route states its retries',
  otherwise: 'Istio retries a route without retries up to two times, also requests that are not idempotent',
  hint: 'write retries: { attempts: 0 }, or the attempts and conditions that you want',
  styleOnly: true,
  find: ({ routes }) =>
    routes
      .filter((route) => forwards(route) && route.retries?.attempts === undefined)
      .map((route) => ({ at: route.of, path: route.path, message: `${describeRoute(route)} does not state its retries` })),
});

export const faultWithLimits = rule({
  code: 'MESH204',
  title: 'a route that injects faults has no retries and no timeout',
  otherwise: 'Istio silently ignores the retries and the timeout',
  hint: 'inject the fault in another route, or inject it in the callee, and keep retries and timeout here; retries: { attempts: 0 } turns retries off',
  find: ({ routes }) =>
    routes.flatMap((route) => {
      const lost = [
        ...((route.retries?.attempts ?? 0) > 0 ? ['retries'] : []),
        ...((parseDuration(route.timeout ?? '') ?? 0) > 0 ? ['timeout'] : []),
      ];
      return route.faults && lost.length > 0
        ? {
            at: route.of,
            path: `${route.path}.fault`,
            message: `${describeRoute(route)} injects faults, so Istio ignores its ${lost.join(' and ')}`,
          }
        : [];
    }),
});
