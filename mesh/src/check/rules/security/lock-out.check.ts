import { decide } from '../../../model/authorization.ts';
import type { Inventory, Pods } from '../../../model/inventory.ts';
import { podPortOf } from '../../../model/policy-ports.ts';
import type { AuthorizationPolicy } from '../../../model/security-policies.ts';
import type { Host } from '../../../model/services.ts';
import type { Mesh } from '../../../topology/mesh.ts';
import { type Findings, rule } from '../rule.ts';
import { callsOf, type ExpectedCaller, entriesOfGateways } from './callers.ts';

function lockedOut({ name, callers, callee, port, requests }: ExpectedCaller, inventory: Inventory): Findings {
  const ports = callee.ports.filter(({ number }) => port === undefined || port === number);
  for (const { policies, pod } of guards(callee, inventory)) {
    for (const one of ports) {
      const podPort = podPortOf(one, pod.workload);
      for (const request of requests) {
        const seen = { ...request, protocol: one.protocol, ...(podPort === undefined ? {} : { port: podPort }) };
        const decisions = callers.map((caller) => decide(policies, { ...seen, caller }));
        const [first] = decisions;
        const at = first?.policy ?? first?.silent[0];
        if (!at || decisions.some(({ admitted }) => admitted !== 'no')) continue;
        const what = [request.method, request.path].filter(Boolean).join(' ');
        const how = first?.policy ? 'denies' : 'allows others and leaves out';
        return {
          at,
          path: first?.rule?.path ?? 'spec.rules',
          message: `it ${how} ${name}, which calls ${callee.hosts[0]}:${one.number}${what ? ` with ${what}` : ''}`,
        };
      }
    }
  }
  return [];
}

/** The policies on the pods of a host, each combination once: versions mostly have the same. */
function guards(callee: Host, inventory: Inventory): readonly { readonly policies: readonly AuthorizationPolicy[]; readonly pod: Pods }[] {
  const all = inventory.podsOrSelector(callee).map((pod) => ({ pod, policies: inventory.policiesOn(pod) }));
  const keyOf = ({ policies }: (typeof all)[number]) => policies.map(({ namespace, name }) => `${namespace}/${name}`).join();
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}

export const lockOut = rule({
  code: 'MESH302',
  title: 'the policies of a service admit every caller that is declared, and the gateway',
  otherwise: 'the first ALLOW policy of a service denies every caller that it does not name',
  hint: "add the caller's principal, and its methods and paths, to the policy of the callee",
  find: (inventory, mesh: Mesh | undefined) =>
    (mesh ? callsOf(mesh, inventory) : entriesOfGateways(inventory)).flatMap((entitled) => lockedOut(entitled, inventory)),
});
