import { parseDuration } from '../../../names.ts';
import { rule } from '../rule.ts';
import { describeRoute } from './routes.ts';

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
        ? [
            {
              at: route.of,
              path: `${route.path}.fault`,
              message: `${describeRoute(route)} injects faults, so Istio ignores its ${lost.join(' and ')}`,
            },
          ]
        : [];
    }),
});
