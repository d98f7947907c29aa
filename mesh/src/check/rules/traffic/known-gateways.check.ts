import { isUnplaced } from '../../../model/fields.ts';
import type { Inventory } from '../../../model/inventory.ts';
import type { HttpMatch, VirtualService } from '../../../model/virtual-services.ts';
import { MESH_GATEWAY } from '../../../names.ts';
import { type Found, rule } from '../rule.ts';

/** Whether the files show that there is no such Gateway: they describe its namespace, or have one of that name elsewhere. */
function missingGateways(inventory: Inventory): (key: string) => boolean {
  const gateways = [...inventory.gateways.values()];
  const namespaces = new Set(gateways.map(({ namespace }) => namespace));
  const names = Map.groupBy(gateways, ({ name }) => name);
  return (key) => {
    if (key === MESH_GATEWAY || inventory.gateways.has(key)) return false;
    const [namespace = '', name = ''] = key.split('/');
    const alike = names.get(name) ?? [];
    return !alike.some(isUnplaced) && (alike.length > 0 || namespaces.has(namespace) || inventory.describesHosts(namespace));
  };
}

/** Istio sends a VirtualService only to the gateways in `spec.gateways`, so a match cannot name another. */
function gatewaysOfMatches(at: VirtualService, isMissing: (key: string) => boolean): readonly Found[] {
  const matches = [...at.http, ...at.plain].flatMap((route): readonly Pick<HttpMatch, 'gateways' | 'path'>[] => route.matches);
  return matches.flatMap(({ gateways: named, path }) =>
    named.flatMap((name) => {
      if (isMissing(name)) return { at, path: `${path}.gateways`, message: `the match is for the Gateway ${name}, which does not exist` };
      if (at.gateways.includes(name) || at.hosts.length === 0) return []; // a delegate has the gateways of who delegates
      return {
        at,
        path: `${path}.gateways`,
        message: `the match is for ${name}, which spec.gateways does not list`,
        hint: `add ${name} to spec.gateways`,
      };
    }),
  );
}

export const knownGateways = rule({
  code: 'MESH210',
  title: 'every gateway that is named exists',
  otherwise: 'the route or the match never applies',
  hint: 'write the name of a Gateway, with its namespace where that is another: ingress/edge',
  find: (inventory) => {
    const isMissing = missingGateways(inventory);
    return inventory.virtualServices.flatMap((at) => [
      ...at.gateways.filter(isMissing).map((name) => ({ at, path: 'spec.gateways', message: `there is no Gateway ${name}` })),
      ...gatewaysOfMatches(at, isMissing),
    ]);
  },
});

export const knownDelegates = rule({
  code: 'MESH211',
  title: 'every delegate is a VirtualService without hosts',
  otherwise: 'the route is left out',
  hint: 'fix name and namespace of the delegate, or check its file together with this one',
  find: ({ virtualServices, routes }) => {
    const byName = new Map(virtualServices.map((one) => [`${one.namespace}/${one.name}`, one]));
    const described = new Set(virtualServices.map(({ namespace }) => namespace));
    return routes.flatMap(({ delegate, of, path }) => {
      if (delegate === undefined || !described.has(delegate.split('/')[0] ?? '')) return [];
      const to = byName.get(delegate);
      if (to?.hosts.length === 0) return [];
      const why = to ? 'has hosts of its own, so it cannot be a delegate' : 'does not exist';
      return { at: of, path: `${path}.delegate`, message: `the VirtualService ${delegate} ${why}` };
    });
  },
});
