import type { Gateway } from '../../../model/gateways.ts';
import type { HttpMatch, VirtualService } from '../../../model/virtual-services.ts';
import { MESH_GATEWAY } from '../../../names.ts';
import { type Found, rule } from '../rule.ts';

function gatewaysOf(at: VirtualService, gateways: ReadonlyMap<string, Gateway>): readonly Found[] {
  return at.gateways
    .filter((name) => name !== MESH_GATEWAY && !gateways.has(name))
    .map((name) => ({ at, path: 'spec.gateways', message: `there is no Gateway ${name}` }));
}

/** Istio sends a VirtualService only to the gateways in `spec.gateways`, so a match cannot name another. */
function gatewaysOfMatches(at: VirtualService, gateways: ReadonlyMap<string, Gateway>): readonly Found[] {
  const matches = [...at.http, ...at.plain].flatMap((route): readonly Pick<HttpMatch, 'gateways' | 'path'>[] => route.matches);
  return matches.flatMap(({ gateways: named, path }) =>
    named.flatMap((name) => {
      if (name !== MESH_GATEWAY && !gateways.has(name))
        return [{ at, path: `${path}.gateways`, message: `the match is for the Gateway ${name}, which does not exist` }];
      if (at.gateways.includes(name) || at.hosts.length === 0) return []; // a delegate has the gateways of who delegates
      return [
        {
          at,
          path: `${path}.gateways`,
          message: `the match is for ${name}, which spec.gateways does not list`,
          hint: `add ${name} to spec.gateways`,
        },
      ];
    }),
  );
}

export const knownGateways = rule({
  code: 'MESH210',
  title: 'every gateway that is named exists',
  otherwise: 'the route or the match never applies',
  hint: 'write the name of a Gateway, with its namespace where that is another: ingress/edge',
  find: ({ virtualServices, gateways }) =>
    virtualServices.flatMap((at) => [...gatewaysOf(at, gateways), ...gatewaysOfMatches(at, gateways)]),
});

export const knownDelegates = rule({
  code: 'MESH211',
  title: 'every delegate is a VirtualService without hosts',
  otherwise: 'the route is left out',
  hint: 'fix name and namespace of the delegate, or check its file together with this one',
  find: ({ virtualServices, routes }) => {
    const byName = new Map(virtualServices.map((one) => [`${one.namespace}/${one.name}`, one]));
    return routes.flatMap(({ delegate, of, path }) => {
      if (delegate === undefined) return [];
      const to = byName.get(delegate);
      if (to?.hosts.length === 0) return [];
      const why = to ? 'has hosts of its own, so it cannot be a delegate' : 'does not exist';
      return [{ at: of, path: `${path}.delegate`, message: `the VirtualService ${delegate} ${why}` }];
    });
  },
});
