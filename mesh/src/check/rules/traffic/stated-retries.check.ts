import { rule } from '../rule.ts';
import { describeRoute, forwards } from './routes.ts';

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
