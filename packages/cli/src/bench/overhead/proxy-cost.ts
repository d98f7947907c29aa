import { type Cluster, PROXY } from '@mesh-platform/kubernetes';
import { waitFor } from '@mesh-platform/targets';

/** What a container has used since it started, at a moment (milliseconds since 1970). */
interface Usage {
  readonly pod: string;
  readonly at: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

/** What a proxy costs: cores while it was measured, and its memory at the end. */
export interface ProxyCost {
  /** `preview-v1`, `gateway` */
  readonly proxy: string;
  readonly cores: number;
  readonly mebibytes: number;
}

interface Summary {
  readonly pods: readonly {
    readonly podRef: { readonly name: string; readonly namespace: string };
    readonly containers: readonly {
      readonly name: string;
      readonly cpu?: { readonly time: string; readonly usageCoreNanoSeconds?: number };
      readonly memory?: { readonly rssBytes?: number };
    }[];
  }[];
}

const MIB = 1024 ** 2;
const LOOKS_MS = 60_000;

/** The usage of each proxy at a moment or soon after, from the kubelet of the only node, which samples about every ten seconds. */
export const proxyUsage = (cluster: Cluster, namespaces: readonly string[], since: number): Promise<readonly Usage[]> =>
  waitFor(
    'what the proxies used',
    async () => {
      const [node] = await cluster.list('v1', 'Node');
      const usage = usageIn(await cluster.getText(`/api/v1/nodes/${node?.metadata?.name}/proxy/stats/summary`), namespaces);
      return usage.every(({ at }) => at >= since) ? usage : undefined;
    },
    { timeout: LOOKS_MS, every: 1_000 },
  );

/** Reads an answer of the kubelet's. https://kubernetes.io/docs/reference/instrumentation/node-metrics/#summary-api-source */
export const usageIn = (text: string, namespaces: readonly string[]): readonly Usage[] =>
  (JSON.parse(text) as Summary).pods
    .filter(({ podRef }) => namespaces.includes(podRef.namespace))
    .flatMap(({ podRef, containers }) =>
      containers
        .filter(({ name }) => name === PROXY)
        .map(({ cpu, memory }) => ({
          pod: podRef.name,
          at: Date.parse(cpu?.time ?? ''),
          cpuSeconds: (cpu?.usageCoreNanoSeconds ?? 0) / 1e9,
          memoryBytes: memory?.rssBytes ?? 0,
        })),
    );

/** The cost of each proxy between two readings, if all of it was spent in so many seconds. */
export const costsBetween = (before: readonly Usage[], after: readonly Usage[], seconds: number): readonly ProxyCost[] =>
  after
    .flatMap(({ pod, cpuSeconds, memoryBytes }) => {
      const earlier = before.find((one) => one.pod === pod);
      if (!earlier) return [];
      return [{ proxy: workloadOf(pod), cores: (cpuSeconds - earlier.cpuSeconds) / seconds, mebibytes: memoryBytes / MIB }];
    })
    .sort((a, b) => b.cores - a.cores);

/** `preview-v1-5c79b69998-bkl8g` → `preview-v1` */
const workloadOf = (pod: string): string => pod.replace(/-[a-z0-9]{6,10}-[a-z0-9]{5}$/, '').replace(/-\d+$/, '');
