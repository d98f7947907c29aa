import { ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import type { DestinationRule } from '../../../model/destination-rules.ts';
import { isUnplaced } from '../../../model/fields.ts';
import type { Inventory } from '../../../model/inventory.ts';
import { type Destination, destinationsOf, type VirtualService } from '../../../model/virtual-services.ts';
import { canonicalHost, MESH_GATEWAY, partsOfHost } from '../../../names.ts';
import { type Findings, type Found, rule } from '../rule.ts';

/** The namespaces of the proxies that read a VirtualService, as far as the files show them. */
function readersOf({ namespace, gateways }: VirtualService, inventory: Inventory): readonly string[] {
  const ofGateways = gateways.flatMap((name) => {
    const gateway = inventory.gateways.get(name);
    const ofPods = gateway ? [...inventory.gatewayPods.namespacesOf(gateway)] : [];
    return ofPods.length > 0 ? ofPods : [namespace];
  });
  return [...new Set(gateways.includes(MESH_GATEWAY) ? [namespace, ...ofGateways] : ofGateways)];
}

function undefinedSubset(at: VirtualService, { host, fullHost, subset, path }: Destination, inventory: Inventory): Findings {
  if (subset === undefined) return [];
  const all = inventory.rulesCovering(fullHost);
  const seen = readersOf(at, inventory).map((from) => inventory.rulesFor(fullHost, from));
  const seenByOne = seen.find((rules) => !rules.some((one) => one.subsets.some(({ name }) => name === subset)));
  if (!seenByOne || (all.length === 0 && inventory.hostsNamed(fullHost, at.namespace).length === 0)) return [];
  const elsewhere = all.find((one) => !seenByOne.includes(one) && one.subsets.some(({ name }) => name === subset));
  if (elsewhere) {
    const right = inventory.hostsCalled(fullHost)[0]?.namespace ?? partsOfHost(fullHost)?.namespace ?? at.namespace;
    return {
      at,
      path,
      message: `the subset ${subset} of ${host} is defined by DestinationRule ${elsewhere.namespace}/${elsewhere.name}, where the proxies that read this route do not look`,
      hint: `move that DestinationRule to the namespace of the Service, ${right}, and export it`,
    };
  }
  const defined = seenByOne.flatMap(({ subsets }) => subsets.map(({ name }) => name));
  const there = seenByOne.length === 0 ? 'and no DestinationRule is for that host' : `only ${defined.join(', ') || 'none'}`;
  return { at, path, message: `the host ${host} has no subset ${subset}, ${there}` };
}

export const knownSubsets = rule({
  code: 'MESH208',
  title: 'every subset that a route names is defined by a DestinationRule',
  otherwise: 'requests are answered with 503',
  hint: "define the subset in the host's DestinationRule, or name one that is there",
  find: (inventory) =>
    inventory.virtualServices.flatMap((at) => destinationsOf(at).flatMap((destination) => undefinedSubset(at, destination, inventory))),
});

const describe = ({ namespace, name }: DestinationRule): string => `DestinationRule ${namespace}/${name}`;

/** Rules that Istio merges: of one host, one namespace, and for the same callers and namespaces. */
const mergeKey = ({ host, namespace, exportTo, callers }: DestinationRule): string =>
  JSON.stringify([canonicalHost(host), namespace, [...exportTo].sort(), callers ? [...callers].sort() : []]);

export const oneSubset = rule({
  code: 'MESH219',
  title: 'one DestinationRule defines a subset of a host',
  otherwise: 'Istio takes the older one and ignores the other',
  hint: 'remove one of them, or give it another name',
  find: ({ destinationRules }) =>
    [...Map.groupBy(destinationRules, mergeKey).values()].flatMap((rules) => {
      const first = new Map<string, DestinationRule>();
      return rules.flatMap((at): readonly Found[] =>
        at.subsets.flatMap(({ name, path }) => {
          const other = first.get(name);
          if (!other) first.set(name, at);
          return other && other !== at ? { at, path, message: `${describe(other)} defines the subset ${name} of ${at.host} too` } : [];
        }),
      );
    }),
});

export const rulePlace = rule({
  code: 'MESH220',
  title: 'a DestinationRule is in the namespace of the Service, or of its callers',
  otherwise: 'callers of other namespaces do not obey it',
  hint: 'move it to the namespace of the Service',
  severity: 'warning',
  find: (inventory) => {
    const inhabited = new Set([...inventory.workloads, ...inventory.hosts].map(({ namespace }) => namespace));
    return inventory.destinationRules.flatMap((at) => {
      const [host] = inventory.hostsCalled(at.host);
      if (
        !host?.isService ||
        isUnplaced(host) ||
        isUnplaced(at) ||
        host.namespace === at.namespace ||
        at.namespace === ISTIO_NAMESPACE ||
        inhabited.has(at.namespace)
      )
        return [];
      return [
        { at, path: 'metadata.namespace', message: `only callers of ${at.namespace} obey it, and ${at.host} is in ${host.namespace}` },
      ];
    });
  },
});
