import { type DestinationRule, type PortPolicy, policyFor } from '../../../model/destination-rules.ts';
import type { Inventory } from '../../../model/inventory.ts';
import { covers } from '../../../model/selection.ts';
import { type Found, rule } from '../rule.ts';

const ALL = 100;

/** Ejection stops where fewer than `minHealthPercent` of the pods are left. */
const mayEjectAll = (policy: PortPolicy | undefined): boolean => {
  const { maxEjectionPercent = 10, minHealthPercent = 0 } = policy?.outlierDetection ?? {};
  return maxEjectionPercent >= ALL && minHealthPercent <= 0;
};

function singleReplicas(at: DestinationRule, inventory: Inventory): readonly Found[] {
  const hosts = inventory.hostsNamed(at.host, at.namespace);
  const pods = hosts.flatMap((host) => inventory.podsBehind(host));
  const ports = new Set(hosts.flatMap((host) => host.ports.map(({ number }) => number)));
  const parts = [undefined, ...at.subsets];
  return parts.flatMap((subset) => {
    const behind = subset ? pods.filter(({ labels }) => covers(subset.labels, labels)) : pods;
    const policy = [...ports].map((port) => policyFor(at, subset?.name, port)).find(mayEjectAll);
    if (!policy || behind.reduce((sum, { replicas }) => sum + replicas, 0) !== 1) return [];
    const whom = subset ? `subset ${subset.name} of ${at.host}` : at.host;
    return {
      at,
      path: `${policy.path}.outlierDetection.maxEjectionPercent`,
      message: `${whom} has one replica, and outlier detection may eject it`,
    };
  });
}

export const lastReplica = rule({
  code: 'MESH215',
  title: 'outlier detection leaves a replica',
  otherwise: 'a single blip empties the service',
  hint: 'lower maxEjectionPercent to 50, set minHealthPercent to 50, or run more replicas',
  styleOnly: true,
  find: (inventory) =>
    inventory.destinationRules.flatMap((at) => {
      const found = singleReplicas(at, inventory);
      return found.slice(0, 1); // of a rule and its subsets, once
    }),
});
