import { rule } from '../rule.ts';
import { describeRoute, forwards } from './routes.ts';

export const statedRetries = rule({
  code: 'MESH206',
  title: 'every route states its retries',
  otherwise: 'Istio repeats twice where a route is silent, also what is not safe to repeat',
  hint: 'write retries: { attempts: 0 }, or the attempts and conditions that you want',
  styleOnly: true,
  find: ({ routes }) =>
    routes
      .filter((route) => forwards(route) && route.retries?.attempts === undefined)
      .map((route) => ({ at: route.of, path: route.path, message: `${describeRoute(route)} does not state its retries` })),
});
