import { GATEWAY, ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import type { Gateway } from '../../../model/gateways.ts';
import type { Inventory } from '../../../model/inventory.ts';
import { covers } from '../../../model/selection.ts';
import { MESH_GATEWAY, TRUST_DOMAIN } from '../../../names.ts';
import { namedAccounts } from './accounts.ts';
import type { ExpectedCaller } from './lock-out.check.ts';

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
