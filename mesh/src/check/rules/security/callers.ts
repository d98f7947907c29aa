import { GATEWAY, ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import type { SeenRequest } from '../../../model/authorization.ts';
import type { Inventory } from '../../../model/inventory.ts';
import type { AuthorizationPolicy, Source } from '../../../model/security-policies.ts';
import { covers } from '../../../model/selection.ts';
import type { Host } from '../../../model/services.ts';
import type { Gateway } from '../../../model/sidecars.ts';
import { accountIn, hostOf, MESH_GATEWAY, TRUST_DOMAIN } from '../../../names.ts';
import type { Mesh, Operations } from '../../../topology/mesh.ts';

/** A caller that must be able to call, and the requests that it sends. */
export interface ExpectedCaller {
  readonly name: string;
  /** The identities that the callee's proxy may see: the policies must allow one of them. */
  readonly callers: readonly SeenRequest['caller'][];
  readonly callee: Host;
  readonly port?: number;
  readonly requests: readonly Pick<SeenRequest, 'method' | 'path'>[];
}

/** Everything that a topology lets services and the gateway ask for. */
export function callsOf(mesh: Mesh, inventory: Inventory): readonly ExpectedCaller[] {
  const { trustDomain, namespace } = mesh;
  const calleesOf = (to: string) => inventory.hostsNamed(hostOf(mesh, to), namespace);
  const calls = [...mesh.callersOf.values()].flat().flatMap(({ from, to, operations }) =>
    calleesOf(to).map((callee) => ({
      name: from,
      callers: [{ trustDomain, namespace, serviceAccount: from }],
      callee,
      requests: requestsOf(operations),
    })),
  );
  if (!mesh.gateway) return calls;
  const { to, operations, pods } = mesh.gateway;
  const gateway = { trustDomain, ...pods };
  return [
    ...calls,
    ...calleesOf(to).map((callee) => ({ name: 'the gateway', callers: [gateway], callee, requests: requestsOf(operations) })),
  ];
}

/** One request for each method and path; a path that ends with `*` stands for itself with something more. */
function requestsOf(operations: readonly Operations[]): ExpectedCaller['requests'] {
  const requests = operations.flatMap(({ methods, paths }) =>
    orNothing(methods).flatMap((method) =>
      orNothing(paths).map((path) => ({
        ...(method === undefined ? {} : { method }),
        ...(path === undefined ? {} : { path: path.replace(/\*$/, 'x') }),
      })),
    ),
  );
  return requests.length > 0 ? requests : [{}];
}

const orNothing = (values: readonly string[]): readonly (string | undefined)[] => (values.length > 0 ? values : [undefined]);

/** Istio's own, and those that the policies of the files name. */
function trustDomainsOf({ authorizationPolicies }: Inventory): readonly string[] {
  const principals = authorizationPolicies.flatMap(({ rules }) =>
    rules.flatMap(({ from }) => from.flatMap((source) => source.principals?.values ?? [])),
  );
  return [...new Set([TRUST_DOMAIN, ...principals.map((principal) => principal.split('/')[0] ?? '')])];
}

/** The identities that a Gateway's pods may have: from their objects; else Istio's usual accounts and every account named like a gateway. */
function identitiesOf({ selector }: Gateway, inventory: Inventory): ExpectedCaller['callers'] {
  const accounts = inventory.workloads
    .filter(({ labels }) => selector.size > 0 && covers(selector, labels))
    .map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`);
  const named = inventory.authorizationPolicies.flatMap(namedAccounts).map(({ account }) => account);
  const guessed = [
    ...[GATEWAY.namespace, ISTIO_NAMESPACE].flatMap((namespace) => [
      `${namespace}/${GATEWAY.serviceAccount}`,
      `${namespace}/${GATEWAY.name}`,
    ]),
    'istio-ingress/istio-ingress',
    ...named.filter((account) => /gateway|ingress/.test(account)),
  ];
  const domains = trustDomainsOf(inventory);
  return [...new Set(accounts.length > 0 ? accounts : guessed)].flatMap((account) => {
    const [namespace = '', serviceAccount = ''] = account.split('/');
    return domains.map((trustDomain) => ({ trustDomain, namespace, serviceAccount }));
  });
}

/** The requests that the gateways in the files send to services. */
export function entriesOfGateways(inventory: Inventory): readonly ExpectedCaller[] {
  const identities = new Map([...inventory.gateways].map(([key, gateway]) => [key, identitiesOf(gateway, inventory)]));
  return inventory.routes.flatMap((route) => {
    const names = route.of.gateways.filter((name) => name !== MESH_GATEWAY && identities.has(name));
    return names.flatMap((name) =>
      route.destinations.flatMap(({ fullHost, port }) =>
        inventory.hostsNamed(fullHost, route.of.namespace).map((callee) => ({
          name: `the gateway ${name}`,
          callers: identities.get(name) ?? [],
          callee,
          ...(port === undefined ? {} : { port }),
          requests: [{}],
        })),
      ),
    );
  });
}

export interface NamedAccount {
  /** `namespace/name` */
  readonly account: string;
  /** The path in the policy. */
  readonly path: string;
}

const accountsOf = ({ principals, serviceAccounts }: Source): readonly string[] => [
  ...(principals?.values ?? []).flatMap((principal) => accountIn(principal) ?? []),
  ...(serviceAccounts?.values ?? []),
];

/** The service accounts that a policy names in full. */
export const namedAccounts = ({ rules }: AuthorizationPolicy): readonly NamedAccount[] =>
  rules.flatMap(({ from, path }) =>
    from.flatMap((source, index) => accountsOf(source).map((account) => ({ account, path: `${path}.from[${index}].source` }))),
  );
