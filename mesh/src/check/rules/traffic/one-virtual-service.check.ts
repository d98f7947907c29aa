import { kept } from '../../../kept.ts';
import { Scopes } from '../../../model/scopes.ts';
import { append } from '../../../model/selection.ts';
import type { HttpRoute, VirtualService } from '../../../model/virtual-services.ts';
import { canonicalHost, MESH_GATEWAY } from '../../../names.ts';
import { type Findings, type Found, rule } from '../rule.ts';

const describe = ({ namespace, name }: VirtualService): string => `VirtualService ${namespace}/${name}`;
const isInMesh = ({ gateways }: VirtualService): boolean => gateways.includes(MESH_GATEWAY);

/** `http shop.example.com`, for each kind of routes and each host. */
const routedHosts = ({ http, plain, hosts }: VirtualService): readonly string[] => {
  const kinds = new Set([...(http.length > 0 ? ['http'] : []), ...plain.map(({ kind }) => kind)]);
  return [...kinds].flatMap((kind) => hosts.map((host) => `${kind} ${canonicalHost(host)}`));
};

export const oneVirtualService = rule({
  code: 'MESH227',
  title: 'one VirtualService routes the requests of the mesh to a host',
  otherwise: 'sidecars obey the older one and ignore the other',
  hint: 'write the routes of both into one VirtualService, or let one delegate to the other',
  find: ({ virtualServices }) => {
    const byHost = new Map<string, Scopes<VirtualService>>();
    return virtualServices.filter(isInMesh).flatMap((at): readonly Found[] => {
      const others = routedHosts(at).flatMap((key) => {
        const other = kept(byHost, key, () => new Scopes<VirtualService>()).add(at);
        return other && other !== at ? [{ other, host: key.slice(key.indexOf(' ') + 1) }] : [];
      });
      return others
        .slice(0, 1)
        .map(({ other, host }) => ({ at, path: 'spec.hosts', message: `${describe(other)} routes ${host} in the mesh too` }));
    });
  },
});

/** Whether a route takes every request, so that none after it is reached. */
const takesAll = ({ matches }: HttpRoute): boolean =>
  matches.length === 0 ||
  matches.some(
    ({ uri, method, scheme, authority, headers, withoutHeaders, queryParams, port, sourceLabels, sourceNamespace }) =>
      [method, scheme, authority, port, sourceNamespace].every((one) => one === undefined) &&
      (uri === undefined || (uri.kind === 'prefix' && uri.value === '/')) &&
      [headers, withoutHeaders, queryParams, sourceLabels].every(({ size }) => size === 0),
  );

export const oneCatchAll = rule({
  code: 'MESH228',
  title: 'of the VirtualServices of a host at a gateway, one takes every other request',
  otherwise: 'the gateway merges them, and takes the route of the older one for what no other route matches',
  hint: 'give the routes of one of them a match, or write both into one VirtualService',
  severity: 'warning',
  find: ({ virtualServices }) => {
    const first = new Map<string, VirtualService>();
    return virtualServices
      .filter(({ http }) => http.some(takesAll))
      .flatMap((at): Findings => {
        const keys = at.gateways
          .filter((name) => name !== MESH_GATEWAY)
          .flatMap((name) => at.hosts.map((host) => `${name} ${canonicalHost(host)}`));
        const [other] = keys.flatMap((key) => first.get(key) ?? []).filter((one) => one !== at);
        for (const key of keys) if (!first.has(key)) first.set(key, at);
        return other
          ? { at, path: 'spec.http', message: `${describe(other)} has a route for every request to ${at.hosts.join(', ')} too` }
          : [];
      });
  },
});

/** VirtualServices of the mesh that send their own hosts to subsets, by host. */
function subsetsInMesh(virtualServices: readonly VirtualService[]): ReadonlyMap<string, readonly VirtualService[]> {
  const byHost = new Map<string, VirtualService[]>();
  for (const one of virtualServices) {
    if (!isInMesh(one)) continue;
    const own = new Set(one.hosts.map(canonicalHost));
    const divided = one.http.flatMap(({ destinations }) =>
      destinations.flatMap(({ fullHost, subset }) => (subset ? canonicalHost(fullHost) : [])),
    );
    for (const host of new Set(divided)) if (own.has(host)) append(byHost, host, one);
  }
  return byHost;
}

export const subsetsAtGateway = rule({
  code: 'MESH229',
  title: 'requests of a gateway go to the subsets that requests of the mesh go to',
  otherwise: 'the gateway divides its requests among all pods: routes of the mesh are not for it',
  hint: 'name the subset here too, or send the requests of the gateway through the same routes with gateways: [mesh, …]',
  severity: 'warning',
  find: ({ virtualServices }) => {
    const divided = subsetsInMesh(virtualServices);
    return virtualServices
      .filter(({ gateways }) => gateways.some((name) => name !== MESH_GATEWAY))
      .flatMap((at) =>
        at.http.flatMap(({ destinations }) =>
          destinations.flatMap(({ fullHost, subset, path }): Findings => {
            const [other] = subset
              ? []
              : (divided.get(canonicalHost(fullHost)) ?? []).filter((one) => !at.gateways.some((name) => one.gateways.includes(name)));
            return other
              ? { at, path, message: `${describe(other)} divides ${fullHost} into subsets, but only for requests of the mesh` }
              : [];
          }),
        ),
      );
  },
});
