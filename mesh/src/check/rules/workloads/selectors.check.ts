import { ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import type { Inventory } from '../../../model/inventory.ts';
import type { Policy } from '../../../model/policies.ts';
import { append, describeSelector, SelectorIndex } from '../../../model/selection.ts';
import type { Host } from '../../../model/services.ts';
import type { Workload } from '../../../model/workloads.ts';
import { meantBy } from '../misspelt.ts';
import { type Found, rule } from '../rule.ts';

/**
 * Whether a Service without pods was meant for a workload: they are called alike, or a label is misspelt. The pods of others may be in other files.
 */
function isMeant({ name, selector }: Host, workload: Workload): boolean {
  if (workload.name === name || workload.name.startsWith(`${name}-`) || workload.labels.get('app') === name) return true;
  return [...(selector ?? [])].some(([key, value]) => meantBy(value, [workload.labels.get(key) ?? '']) !== undefined);
}

export const servicePods = rule({
  code: 'MESH405',
  title: 'the selector of a Service means pods',
  otherwise: 'requests are answered with 503: the Service has no endpoints',
  hint: 'write the labels of the pod template',
  find: (inventory) => {
    const waiting = Map.groupBy(
      inventory.workloads.filter((pod) => inventory.servicesOf(pod).length === 0),
      ({ namespace }) => namespace,
    );
    return inventory.hosts.flatMap((at): readonly Found[] => {
      if (!at.isService || !at.selector || inventory.podsBehind(at).length > 0) return [];
      const pod = waiting.get(at.namespace)?.find((one) => isMeant(at, one));
      if (!pod) return [];
      return [
        {
          at,
          path: 'spec.selector',
          message: `no pod has the labels ${describeSelector(at.selector)}`,
          hint: `write labels of ${pod.object.kind} ${pod.name}: ${describeSelector(pod.labels)}`,
        },
      ];
    });
  },
});

export const policyWorkloads = rule({
  code: 'MESH406',
  title: 'the selector of a policy means workloads',
  otherwise: 'no proxy obeys the policy',
  hint: 'write the labels of the pod template, or check its file together with this one',
  severity: 'warning',
  find: (inventory) => {
    const inhabited = new Set(inventory.workloads.map(({ namespace }) => namespace));
    return inventory.policies
      .filter(
        ({ namespace, selector, targeted }) => !targeted && selector.size > 0 && namespace !== ISTIO_NAMESPACE && inhabited.has(namespace),
      )
      .filter(({ namespace, selector }) => inventory.podsOf(namespace, selector).length === 0)
      .map((at) => ({ at, path: at.path, message: `no pod of ${at.namespace} has the labels ${describeSelector(at.selector)}` }));
  },
});

/** Kinds of which a proxy obeys one per level: the workload, its namespace, the mesh. */
const ONE_PER_LEVEL: ReadonlySet<string> = new Set(['Sidecar', 'PeerAuthentication', 'Telemetry']);

const describe = ({ object, namespace, name }: Policy): string => `${object.kind} ${namespace}/${name}`;

/** The earlier policy of the same level that a policy contradicts. */
function rivals(policies: readonly Policy[], { workloads }: Pick<Inventory, 'workloads'>): ReadonlyMap<Policy, string> {
  const found = new Map<Policy, string>();
  const add = (all: readonly Policy[], whom: string) => {
    const [first, ...others] = all;
    for (const one of others) if (first && !found.has(one)) found.set(one, `${describe(first)} is for ${whom} too`);
  };
  const bySelector = new Map<string, Policy[]>();
  for (const one of policies) append(bySelector, JSON.stringify([one.namespace, ...[...one.selector].sort()]), one);
  for (const all of bySelector.values()) {
    const [first] = all;
    if (first)
      add(all, first.selector.size === 0 ? `every workload of ${first.namespace}` : `pods with ${describeSelector(first.selector)}`);
  }
  const index = new SelectorIndex(policies);
  for (const pod of workloads) {
    const all = index.selecting(pod.namespace, pod.labels);
    add(all, `${pod.object.kind} ${pod.name}`);
  }
  return found;
}

export const onePolicy = rule({
  code: 'MESH407',
  title: 'one Sidecar, one PeerAuthentication and one Telemetry is for a workload, and one for its namespace',
  otherwise: 'Istio takes the older one and ignores the other',
  hint: 'write both into one, or let their selectors mean different workloads',
  find: (inventory) =>
    [...Map.groupBy(inventory.policies, ({ object }) => object.kind ?? '')]
      .filter(([kind]) => ONE_PER_LEVEL.has(kind))
      .flatMap(([, policies]) => {
        const found = rivals(
          policies.filter(({ targeted }) => !targeted),
          inventory,
        );
        return [...found].map(([at, message]) => ({ at, path: at.selector.size === 0 ? 'metadata.namespace' : at.path, message }));
      }),
});
