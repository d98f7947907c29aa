import { type DestinationRule, policyFor } from '../../../model/destination-rules.ts';
import type { Inventory, Pods } from '../../../model/inventory.ts';
import { podPortOf } from '../../../model/policy-ports.ts';
import { hasProxy } from '../../../model/proxies.ts';
import { append, covers } from '../../../model/selection.ts';
import type { Host } from '../../../model/services.ts';
import { isClusterHost, isWildcard } from '../../../names.ts';
import { type Findings, type Found, rule } from '../rule.ts';

/** TLS modes of a caller that a callee rejects. */
const REFUSED: ReadonlyMap<string, readonly string[]> = new Map([
  ['STRICT', ['DISABLE', 'SIMPLE']],
  ['DISABLE', ['ISTIO_MUTUAL']],
]);

/** The hosts of the rules that name a wildcard: those for which no rule that is more specific counts, for callers of their namespace or of the rule's. */
function hostsUnderWildcards(inventory: Inventory): ReadonlyMap<DestinationRule, readonly Host[]> {
  const found = new Map<DestinationRule, Host[]>();
  for (const host of inventory.hosts)
    for (const name of host.hosts) {
      const wildcards = inventory.rulesCovering(name).filter((at) => isWildcard(at.host));
      const callers = wildcards.length > 0 ? new Set([host.namespace, ...wildcards.map(({ namespace }) => namespace)]) : [];
      const rules = [...callers].flatMap((from) => {
        const [first] = inventory.rulesFor(name, from).filter((at) => isWildcard(at.host) && setsTls(at)); // Istio merges them, and the first one counts
        return first ?? [];
      });
      for (const at of new Set(rules)) append(found, at, host);
    }
  return found;
}

const setsTls = ({ policies, subsets }: DestinationRule): boolean =>
  [...policies, ...subsets.flatMap((subset) => subset.policies)].some(({ tls }) => tls !== undefined);

/** Where the Service is missing in the files, its full name still contains the namespace of its pods. */
function knownOrAssumed(at: DestinationRule, inventory: Inventory): readonly Host[] {
  const known = inventory.hostsNamed(at.host, at.namespace);
  const [name = '', namespace = ''] = at.host.split('.');
  if (known.length > 0 || !isClusterHost(at.host)) return known;
  const port = { number: 0, name: '', protocol: undefined, targetPort: 0, path: '' };
  return [{ object: at.object, name, namespace, hosts: [at.host], ports: [port], selector: new Map(), exportTo: [], isService: true }];
}

const podsOf = (host: Host, inventory: Inventory): readonly Pods[] =>
  host.selector?.size === 0 ? [{ namespace: host.namespace, labels: host.selector }] : inventory.podsOrSelector(host);

function conflicts(at: DestinationRule, host: Host, inventory: Inventory): readonly Found[] {
  const pods = podsOf(host, inventory).filter((pod) => hasProxy(pod, inventory) !== 'no');
  return [undefined, ...at.subsets].flatMap((subset) =>
    host.ports.flatMap((port) => {
      const policy = policyFor(at, subset?.name, port.number);
      const mode = policy?.tls?.mode;
      if (!policy || mode === undefined) return [];
      return pods
        .filter(({ labels, workload }) => !subset || !workload || covers(subset.labels, labels))
        .flatMap((pod): Findings => {
          const callee = inventory.mutualTlsOf(pod, podPortOf(port, pod.workload) ?? port.number);
          if (!REFUSED.get(callee.mode)?.includes(mode)) return [];
          const by = callee.policy ? `PeerAuthentication ${callee.policy.namespace}/${callee.policy.name}` : 'the mesh';
          return {
            at,
            path: `${policy.path}.tls.mode`,
            message: `callers of ${host.hosts[0]} speak ${mode}, and its pods ask for ${callee.mode} (${by})`,
            ...(callee.mode === 'DISABLE' ? { hint: 'write tls: { mode: DISABLE }, or remove tls so that Istio chooses' } : {}),
          };
        });
    }),
  );
}

export const agreedTls = rule({
  code: 'MESH301',
  title: 'callers speak the mutual TLS that the callee asks for',
  otherwise: 'requests are answered with 503: the mode of a DestinationRule counts more than automatic mutual TLS',
  hint: 'write tls: { mode: ISTIO_MUTUAL }, or remove tls so that Istio chooses',
  find: (inventory) => {
    const underWildcards = hostsUnderWildcards(inventory);
    return inventory.destinationRules.flatMap((at) => {
      const hosts = isWildcard(at.host) ? (underWildcards.get(at) ?? []) : knownOrAssumed(at, inventory);
      const found = hosts.flatMap((host) => conflicts(at, host, inventory));
      return [...new Map(found.map((one) => [`${one.path} ${one.message}`, one])).values()];
    });
  },
});
