import { type DestinationRule, policyFor } from '../../../model/destination-rules.ts';
import type { Inventory, Pods } from '../../../model/inventory.ts';
import { podPortOf } from '../../../model/policy-ports.ts';
import { hasProxy } from '../../../model/proxies.ts';
import { covers } from '../../../model/selection.ts';
import type { Host } from '../../../model/services.ts';
import { hostsOverlap, isClusterHost, isWildcard } from '../../../names.ts';
import { type Found, rule } from '../rule.ts';

/** TLS modes of a caller that a callee rejects. */
const REFUSED: Readonly<Record<string, readonly string[]>> = { STRICT: ['DISABLE', 'SIMPLE'], DISABLE: ['ISTIO_MUTUAL'] };

/** The Services that a rule applies to; a rule that names a host takes precedence over one with a wildcard. */
const hostsUnderRule = (at: DestinationRule, inventory: Inventory): readonly Host[] =>
  isWildcard(at.host)
    ? inventory.hosts.filter(({ hosts, namespace }) =>
        hosts.some(
          (host) => hostsOverlap(at.host, host) && [namespace, at.namespace].some((from) => inventory.rulesFor(host, from).includes(at)),
        ),
      )
    : knownOrAssumed(at, inventory);

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
        .flatMap((pod): readonly Found[] => {
          const callee = inventory.mutualTlsOf(pod, podPortOf(port, pod.workload) ?? port.number);
          if (!REFUSED[callee.mode]?.includes(mode)) return [];
          const by = callee.policy ? `PeerAuthentication ${callee.policy.namespace}/${callee.policy.name}` : 'the mesh';
          return [
            {
              at,
              path: `${policy.path}.tls.mode`,
              message: `callers of ${host.hosts[0]} speak ${mode}, and its pods ask for ${callee.mode} (${by})`,
              ...(callee.mode === 'DISABLE' ? { hint: 'write tls: { mode: DISABLE }, or remove tls so that Istio chooses' } : {}),
            },
          ];
        });
    }),
  );
}

export const agreedTls = rule({
  code: 'MESH301',
  title: 'callers speak the mutual TLS that the callee asks for',
  otherwise: 'requests are answered with 503: the mode of a DestinationRule counts more than automatic mutual TLS',
  hint: 'write tls: { mode: ISTIO_MUTUAL }, or remove tls so that Istio chooses',
  find: (inventory) =>
    inventory.destinationRules.flatMap((at) => {
      const found = hostsUnderRule(at, inventory).flatMap((host) => conflicts(at, host, inventory));
      return [...new Map(found.map((one) => [`${one.path} ${one.message}`, one])).values()];
    }),
});
