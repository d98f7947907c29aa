import { ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import { kept } from '../../../kept.ts';
import type { Inventory } from '../../../model/inventory.ts';
import type { Policy } from '../../../model/policies.ts';
import { append, describeSelector, SelectorIndex } from '../../../model/selection.ts';
import type { Host } from '../../../model/services.ts';
import { isJob, type Workload } from '../../../model/workloads.ts';
import { differInLongPart, Vocabulary } from '../misspelt.ts';
import { type Findings, rule } from '../rule.ts';

/** What a workload's name has in addition to its Service's: `orders-v1`. */
const OF_VERSION = /-(?:v?\d[\w.]*|stable|canary|primary|blue|green|deploy|deployment|statefulset)$/;

/** Workloads of a namespace that no Service selects, by what a Service that was meant for them would have. */
class WaitingPods {
  readonly #byName = new Map<string, Workload>();
  readonly #byLabel = new Map<string, Workload>();
  readonly #values = new Map<string, string[]>();
  readonly #vocabularies = new Map<string, Vocabulary>();

  constructor(workloads: readonly Workload[]) {
    for (const pod of workloads) {
      for (const name of [pod.name, pod.name.replace(OF_VERSION, ''), pod.labels.get('app') ?? ''])
        if (!this.#byName.has(name)) this.#byName.set(name, pod);
      for (const [key, value] of pod.labels) {
        this.#byLabel.set(`${key}=${value}`, pod);
        append(this.#values, key, value);
      }
    }
  }

  /** The one that a Service without pods was meant for: they are called alike, or a label is misspelt. The pods of others may be in other files. */
  meantBy({ name, selector }: Host): Workload | undefined {
    const misspelt = [...(selector ?? [])].flatMap(([key, value]) => {
      const made = kept(this.#vocabularies, key, () => new Vocabulary(this.#values.get(key) ?? [], differInLongPart));
      return this.#byLabel.get(`${key}=${made.meantBy(value)}`) ?? [];
    });
    return this.#byName.get(name) ?? misspelt[0];
  }
}

export const servicePods = rule({
  code: 'MESH405',
  title: 'the selector of a Service means pods',
  otherwise: 'requests are answered with 503: the Service has no endpoints',
  hint: 'write the labels of the pod template',
  find: (inventory) => {
    const unserved = inventory.workloads.filter((pod) => !isJob(pod) && inventory.servicesOf(pod).length === 0);
    const waiting = new Map(
      [...Map.groupBy(unserved, ({ namespace }) => namespace)].map(([namespace, all]) => [namespace, new WaitingPods(all)]),
    );
    return inventory.hosts.flatMap((at): Findings => {
      if (!at.isService || !at.selector || inventory.podsBehind(at).length > 0) return [];
      const pod = waiting.get(at.namespace)?.meantBy(at);
      if (!pod) return [];
      return {
        at,
        path: 'spec.selector',
        message: `no pod has the labels ${describeSelector(at.selector)}`,
        hint: `write labels of ${pod.object.kind} ${pod.name}: ${describeSelector(pod.labels)}`,
      };
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
      add(
        all,
        first.selector.size === 0
          ? `every workload of ${first.namespace === ISTIO_NAMESPACE ? 'the mesh' : first.namespace}`
          : `pods with ${describeSelector(first.selector)}`,
      );
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
