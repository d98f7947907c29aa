import type { Labels } from './fields.ts';
import type { Gateway } from './gateways.ts';
import { append, LabelIndex, SelectorIndex } from './selection.ts';
import type { Workload } from './workloads.ts';

/** A Gateway selects pods in any namespace. */
const ANYWHERE = '';

/** Gateways with one selector, and the workloads that it selects. */
interface Selected {
  readonly namespace: typeof ANYWHERE;
  readonly selector: Labels;
  readonly gateways: readonly Gateway[];
  readonly pods: readonly Workload[];
  readonly podNamespaces: ReadonlySet<string>;
}

/** Which workloads are which Gateways: computed once for each selector, since many Gateways mostly share one. */
export class GatewayPods {
  readonly #bySelector: ReadonlyMap<string, Selected>;
  readonly #index: SelectorIndex<Selected>;
  readonly #workloads: readonly Workload[];

  constructor(gateways: readonly Gateway[], workloads: readonly Workload[]) {
    this.#workloads = workloads;
    const index = new LabelIndex(workloads.map((workload) => ({ namespace: ANYWHERE, labels: workload.labels, workload })));
    this.#bySelector = new Map(
      [...Map.groupBy(gateways, keyOf)].map(([key, all]) => {
        const selector = all[0]?.selector ?? new Map();
        const pods = selector.size === 0 ? [] : index.select(ANYWHERE, selector).map(({ workload }) => workload);
        const podNamespaces = new Set(pods.map(({ namespace }) => namespace));
        return [key, { namespace: ANYWHERE, selector, gateways: all, pods, podNamespaces }];
      }),
    );
    this.#index = new SelectorIndex([...this.#bySelector.values()]);
  }

  /** The workloads that a Gateway selects, in any namespace; the same list for every Gateway with its selector. */
  podsOf(gateway: Gateway): readonly Workload[] {
    return this.#bySelector.get(keyOf(gateway))?.pods ?? [];
  }

  /** The namespaces of those workloads. */
  namespacesOf(gateway: Gateway): ReadonlySet<string> {
    return this.#bySelector.get(keyOf(gateway))?.podNamespaces ?? new Set();
  }

  /** Whether a Gateway selects pods with these labels. */
  areSelected(labels: Labels): boolean {
    return this.#index.selecting(ANYWHERE, labels).length > 0;
  }

  /** Gateways that configure the same proxies: those with one selector, and those whose selectors mean a pod in the files together. */
  together(): readonly (readonly Gateway[])[] {
    const groups = new Map<string, readonly Selected[]>([...this.#bySelector].map(([key, one]) => [key, [one]]));
    const byLabels = new Map<string, Workload[]>();
    for (const pod of this.#workloads) append(byLabels, JSON.stringify([...pod.labels]), pod);
    for (const [pod] of byLabels.values()) {
      const all = pod ? this.#index.selecting(ANYWHERE, pod.labels) : [];
      if (all.length > 1) groups.set(JSON.stringify(all.map(({ selector }) => [...selector])), all);
    }
    return [...groups.values()].map((all) => all.flatMap(({ gateways }) => gateways));
  }
}

const keyOf = ({ selector }: Gateway): string => JSON.stringify([...selector].sort(([a], [b]) => (a < b ? -1 : 1)));
