import type { DestinationRule, PortPolicy } from '../../../model/destination-rules.ts';
import { accountOf, type Inventory } from '../../../model/inventory.ts';
import { covers } from '../../../model/selection.ts';
import { hasTemplate } from '../../../model/workloads.ts';
import { hostOf, isWildcard, principalOf, serviceOf } from '../../../names.ts';
import type { Mesh } from '../../../topology/mesh.ts';
import { type Findings, type Found, rule } from '../rule.ts';

/** The settings of a rule that choose a TLS mode: the general ones, also where they set none, and the ones that override them. */
function tlsPolicies({ policies, subsets }: DestinationRule): readonly PortPolicy[] {
  const general = policies[0] ?? { path: 'spec.trafficPolicy' };
  const overriding = [...policies.slice(1), ...subsets.flatMap((subset) => subset.policies)].filter(({ tls }) => tls !== undefined);
  return [general, ...overriding];
}

/** Where a rule originates TLS itself, or speaks plain text, its callee has no identity of the mesh to pin. */
const isMutual = ({ tls }: PortPolicy): boolean => tls === undefined || tls.mode === 'ISTIO_MUTUAL';

const pinsOf = ({ tls }: PortPolicy): readonly string[] => tls?.subjectAltNames ?? [];

/** The one name that a service of the topology has. */
function nameOfCallee(at: DestinationRule, mesh: Mesh | undefined): string | undefined {
  if (!mesh) return undefined;
  const name = serviceOf(mesh, at.host);
  return name && `spiffe://${principalOf(mesh, name)}`;
}

function unpinned(at: DestinationRule, mesh: Mesh | undefined): readonly Found[] {
  const wanted = nameOfCallee(at, mesh);
  return tlsPolicies(at)
    .filter(isMutual)
    .flatMap((policy): Findings => {
      const pins = pinsOf(policy);
      const path = `${policy.path}.tls.subjectAltNames`;
      if (pins.length === 0) return { at, path, message: `it does not pin the name of who answers for ${at.host}` };
      const others = wanted ? pins.filter((pin) => pin !== wanted) : [];
      return others.length > 0 ? { at, path, message: `it lets ${others.join(', ')} answer for ${at.host}` } : [];
    });
}

function withoutRule(mesh: Mesh | undefined, inventory: Inventory): readonly Found[] {
  if (!mesh) return [];
  return [...mesh.callersOf.keys()].flatMap((name) => {
    const host = hostOf(mesh, name);
    if (inventory.rulesFor(host, mesh.namespace).length > 0) return [];
    return inventory
      .hostsNamed(host, mesh.namespace)
      .map((at) => ({ at, path: '', message: `no DestinationRule pins the name of who answers for ${host}` }));
  });
}

export const pinnedNames = rule({
  code: 'MESH304',
  title: 'a DestinationRule pins the name of who answers',
  otherwise: 'callers take whatever identity Istio currently knows behind that host',
  hint: 'write tls: { mode: ISTIO_MUTUAL, subjectAltNames: [spiffe://<trust domain>/ns/<namespace>/sa/<service account of the callee>] }',
  styleOnly: true,
  find: (inventory, mesh) => [
    ...inventory.destinationRules
      .filter(({ host, namespace }) => !isWildcard(host) && inventory.hostsNamed(host, namespace).some(({ selector }) => selector))
      .flatMap((at) => unpinned(at, mesh)),
    ...withoutRule(mesh, inventory),
  ],
});

const PIN = /^spiffe:\/\/[^/]+\/ns\/([^/]+)\/sa\/([^/]+)$/;

/** Pods of a host, or of a subset, whose name is not among the pins. */
function unexpectedNames(at: DestinationRule, inventory: Inventory): readonly Found[] {
  const pods = inventory.hostsNamed(at.host, at.namespace).flatMap((host) => inventory.podsBehind(host));
  const parts = [
    ...at.policies.map((policy) => ({ policy, labels: new Map<string, string>() })),
    ...at.subsets.flatMap(({ policies, labels }) => policies.map((policy) => ({ policy, labels }))),
  ];
  return parts.flatMap(({ policy, labels }) => {
    const pins = pinsOf(policy);
    const accounts = pins.map((pin) => PIN.exec(pin)).map((pin) => pin && `${pin[1]}/${pin[2]}`);
    if (pins.length === 0 || accounts.includes(null)) return []; // a name that is not Istio's is not judged
    const refused = pods.find((pod) => hasTemplate(pod) && covers(labels, pod.labels) && !accounts.includes(accountOf(pod)));
    return refused
      ? {
          at,
          path: `${policy.path}.tls.subjectAltNames`,
          message: `the pods of ${refused.object.kind} ${refused.name} run as ${accountOf(refused)}, which it does not accept`,
        }
      : [];
  });
}

export const trueNames = rule({
  code: 'MESH305',
  title: 'pinned names are those of the pods that answer',
  otherwise: 'callers reject the certificate and return 503',
  hint: "pin the service account that the callee's pod template names",
  find: (inventory) => inventory.destinationRules.flatMap((at) => unexpectedNames(at, inventory)),
});

/** Settings of a port, which Istio takes instead of all general ones, so that they drop what the rule pins. */
function unpinnedPorts(at: DestinationRule): readonly Found[] {
  const parts = [at.policies, ...at.subsets.map(({ policies }) => policies)];
  return parts.flatMap(([general, ...ofPorts]) => {
    const pins = general ? pinsOf(general) : [];
    if (pins.length === 0) return [];
    return ofPorts
      .filter((policy) => isMutual(policy) && pinsOf(policy).length === 0)
      .map(({ port, path }) => ({
        at,
        path: `${path}.tls.subjectAltNames`,
        message: `the settings of port ${port} replace all general ones, so that callers accept any name at that port, not only ${pins.join(', ')}`,
        hint: `repeat tls: { mode: ISTIO_MUTUAL, subjectAltNames: [${pins.join(', ')}] } in the settings of the port`,
      }));
  });
}

export const keptPins = rule({
  code: 'MESH314',
  title: 'the settings of a port repeat the names that the rule pins',
  otherwise: 'the names are not checked at that port: its settings replace the general ones, and do not add to them',
  hint: 'repeat tls with its subjectAltNames in portLevelSettings',
  find: (inventory) => inventory.destinationRules.flatMap(unpinnedPorts),
});
