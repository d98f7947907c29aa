import { GATEWAY, ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import type { SeenRequest } from '../../../model/authorization.ts';
import type { Gateway } from '../../../model/gateways.ts';
import { accountOf, type Inventory } from '../../../model/inventory.ts';
import type { AuthorizationPolicy, Source } from '../../../model/security-policies.ts';
import type { Host } from '../../../model/services.ts';
import { accountIn, hostOf, TRUST_DOMAIN } from '../../../names.ts';
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

const CALLED_GATEWAY = /gateway|ingress|egress/;

/**
 * The identities that a Gateway's pods may have: from their objects; else Istio's usual accounts, and those that policies admit and that may be
 * the gateway's: every account of another namespace that runs no other pods, and one of the callee's own that is named like a gateway.
 */
function identitiesOf(gateway: Gateway, callee: Host, inventory: Inventory): ExpectedCaller['callers'] {
  const pods = inventory.gatewayPods.podsOf(gateway);
  const domains = trustDomainsOf(inventory);
  const inEachDomain = (accounts: Iterable<string>) =>
    [...new Set(accounts)].flatMap((account) => {
      const [namespace = '', serviceAccount = ''] = account.split('/');
      return domains.map((trustDomain) => ({ trustDomain, namespace, serviceAccount }));
    });
  if (pods.length > 0) return inEachDomain(pods.map(accountOf));
  const policies = inventory.podsOrSelector(callee).flatMap((pod) => inventory.policiesOn(pod));
  const mayBeGateway = (account: string): boolean => {
    const [namespace, name = ''] = account.split('/');
    const isNamedLikeIt = name === gateway.name || CALLED_GATEWAY.test(name) || [...gateway.selector.values()].includes(name);
    return !inventory.workloadsByAccount.has(account) && (namespace !== callee.namespace || isNamedLikeIt);
  };
  return inEachDomain([
    ...[GATEWAY.namespace, ISTIO_NAMESPACE].flatMap((namespace) => [
      `${namespace}/${GATEWAY.serviceAccount}`,
      `${namespace}/${GATEWAY.name}`,
    ]),
    'istio-ingress/istio-ingress',
    ...policies.flatMap(accountsMeant).filter(mayBeGateway),
  ]);
}

/** The accounts that the sources of a policy can mean: those that it names, and one more for each pattern and each namespace. */
const accountsMeant = ({ rules }: AuthorizationPolicy): readonly string[] =>
  rules.flatMap(({ from, when }) => [
    ...from.flatMap((source) => [
      ...accountsOf(source),
      ...(source.principals?.values ?? []).flatMap(accountLike),
      ...(source.namespaces?.values ?? []).map(accountOfNamespace),
    ]),
    ...when.flatMap(({ key, values }) =>
      key === 'source.principal' ? values.flatMap(accountLike) : key === 'source.namespace' ? values.map(accountOfNamespace) : [],
    ),
  ]);

const SOME_ACCOUNT = 'some-gateway';
const accountOfNamespace = (namespace: string): string => `${namespace.replaceAll('*', 'x')}/${SOME_ACCOUNT}`;

/** `edge/some-gateway` of a pattern such as `cluster.local/ns/edge/*`, of which it is one. */
function accountLike(principal: string): readonly string[] {
  const [, namespace = 'x', account = SOME_ACCOUNT] = /\/ns\/([^/]+)(?:\/(?:sa\/(.+))?)?$/.exec(principal) ?? [];
  return [`${namespace.replaceAll('*', 'x')}/${account.replaceAll('*', SOME_ACCOUNT)}`];
}

/** The requests that the gateways in the files send to services. */
export const entriesOfGateways = (inventory: Inventory): readonly ExpectedCaller[] =>
  inventory.routes.flatMap((route) =>
    route.of.gateways.flatMap((name) => {
      const gateway = inventory.gateways.get(name);
      if (!gateway) return [];
      return route.destinations.flatMap(({ fullHost, port }) =>
        inventory.hostsNamed(fullHost, route.of.namespace).map((callee) => ({
          name: `the gateway ${name}`,
          callers: identitiesOf(gateway, callee, inventory),
          callee,
          ...(port === undefined ? {} : { port }),
          requests: [{}],
        })),
      );
    }),
  );

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
