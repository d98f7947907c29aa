import type { FastifyInstance } from 'fastify';
import { pathOf } from './operator-paths.js';
import { ProblemException } from './problem.js';

/** Answers a known path with an unknown method with 405 and Allow; the router itself answers 404. */
export function refuseOtherMethods(fastify: FastifyInstance): void {
  const methodsOf = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  fastify.addHook('onRoute', ({ method, url }) => {
    const route = methodsOf.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const one of [method].flat()) route.methods.add(one);
    methodsOf.set(url, route);
  });
  fastify.addHook('onRequest', async (request) => {
    if (!request.is404) return;
    const path = pathOf(request);
    const allowed = [...methodsOf.values()].flatMap(({ pattern, methods }) => (pattern.test(path) ? [...methods] : []));
    if (allowed.length === 0) return;
    const allow = [...new Set(allowed)].sort().join(', ');
    throw new ProblemException(405, `the method must be one of ${allow}`, { headers: { allow } });
  });
}

/** The pattern of a route's url: `:name` stands for one segment, `*` for the rest. */
function patternOf(url: string): RegExp {
  const source = url.split(/(:\w+|\*)/).map((part) => {
    if (part === '*') return '.*';
    return part.startsWith(':') ? '[^/]+' : part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`);
}
