import { type Inventory, podsOf } from '../../../model/inventory.ts';
import { hostsUnder } from '../../../model/policy-ports.ts';
import { hasProxy, isGateway } from '../../../model/proxies.ts';
import type { AuthorizationPolicy } from '../../../model/security-policies.ts';
import type { Host } from '../../../model/services.ts';
import { type Sidecar, sidecarImportsHost } from '../../../model/sidecars.ts';
import type { Workload } from '../../../model/workloads.ts';
import { hostOf } from '../../../names.ts';
import type { Mesh } from '../../../topology/mesh.ts';
import { type Findings, rule } from '../rule.ts';
import { namedAccounts } from '../security/callers.ts';

/** A service, and the names of what it calls: one of them must be known. */
interface Declared {
  readonly caller: { readonly sidecar: Sidecar | undefined; readonly name: string };
  readonly callees: readonly Host[];
}

function declaredByTopology(mesh: Mesh, inventory: Inventory): readonly Declared[] {
  return [...mesh.callersOf].flatMap(([to, calls]) => {
    const names = mesh.externals.get(to)?.hosts ?? [hostOf(mesh, to)];
    const callees = names.flatMap((name) => inventory.hostsNamed(name, mesh.namespace));
    return calls.flatMap(({ from }) =>
      inventory
        .hostsNamed(hostOf(mesh, from), mesh.namespace)
        .flatMap((host) => inventory.podsOrSelector(host))
        .map((pod) => ({ caller: { sidecar: inventory.sidecarOf(pod), name: from }, callees })),
    );
  });
}

/** The callers that the policy of a callee names. */
function declaredByPolicy(policy: AuthorizationPolicy, inventory: Inventory): readonly Declared[] {
  if (policy.action !== 'ALLOW' || policy.selector.size === 0 || policy.targeted) return [];
  const callees = [...hostsUnder(policy, inventory).keys()];
  return namedAccounts(policy).flatMap(({ account }) =>
    proxiesOf(account, inventory).map((sidecar) => ({ caller: { sidecar, name: account }, callees })),
  );
}

/** A Sidecar is for no gateway, and for no pod without a proxy. https://istio.io/latest/docs/reference/config/networking/sidecar/ */
const obeysSidecars = (pod: Workload, inventory: Inventory): boolean =>
  !isGateway(pod, inventory) && hasProxy(podsOf(pod), inventory) !== 'no';

/** The Sidecars of pods that run as an account; where no object runs any, of pods that are called like it. */
function proxiesOf(account: string, inventory: Inventory): readonly (Sidecar | undefined)[] {
  const pods = inventory.workloadsByAccount.get(account);
  if (pods) return pods.filter((pod) => obeysSidecars(pod, inventory)).map((pod) => inventory.sidecarOf(pod));
  const [namespace = '', app = ''] = account.split('/');
  const sidecar = inventory.sidecarOf({ namespace, labels: new Map([['app', app]]) });
  return sidecar && sidecar.selector.size > 0 ? [sidecar] : [];
}

function finding({ caller, callees }: Declared): Findings {
  const { sidecar, name } = caller;
  if (!sidecar || callees.length === 0 || callees.some((callee) => sidecarImportsHost(sidecar, callee))) return [];
  const host = callees[0]?.hosts[0];
  return {
    at: sidecar,
    path: 'spec.egress',
    message: `${name} calls ${host}, which its proxy does not learn`,
    hint: `add ${callees[0]?.namespace === sidecar.namespace ? '.' : callees[0]?.namespace}/${host} to the hosts of its egress`,
  };
}

export const sidecarKnowsCallee = rule({
  code: 'MESH216',
  title: "a caller's Sidecar lists its callees",
  otherwise: "the caller's own proxy answers 502 or closes the connection",
  hint: "add the callee to the egress of the caller's Sidecar",
  find: (inventory, mesh) => {
    const declared = mesh
      ? declaredByTopology(mesh, inventory)
      : inventory.authorizationPolicies.flatMap((policy) => declaredByPolicy(policy, inventory));
    const found = declared.flatMap(finding);
    return [...new Map(found.map((one) => [`${one.at.namespace}/${one.at.name} ${one.hint}`, one])).values()];
  },
});
