/** A figure and where it comes from. */
export interface Figure {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
}

const published = (value: number, unit: string, source: string): Figure => ({ value, unit, source: `published: ${source}` });
const measured = (value: number, unit: string, source: string): Figure => ({ value, unit, source: `measured here: ${source}` });
const chosen = (value: number, unit: string, source: string): Figure => ({ value, unit, source: `chosen: ${source}` });

const ISTIO = 'Istio 1.24, performance and scalability';
/** `GET /api/documents?limit=5`; the kubelet's counters of each container before and after, less what it uses when idle. */
const LOAD = '1,500 lists of documents at 50/s through the gateway, on two busy processors';

/** Everything that the formula is made of. */
export const figures = {
  sidecarCpuPublished: published(0.2, 'vCPU at 1,000 requests/s', ISTIO),
  sidecarCpu: measured(0.8, 'vCPU at 1,000 requests/s', `the mean of four proxies, 0.6 to 1.1, with a JSON line for each request; ${LOAD}`),
  sidecarMemory: published(60, 'MB', ISTIO),
  istiodCpu: published(1, 'vCPU for 1,000 services and 2,000 proxies', ISTIO),
  istiodMemory: published(1536, 'MB for 1,000 services and 2,000 proxies', ISTIO),
  istiodProxies: published(2000, 'proxies of that istiod', ISTIO),
  previewCpu: measured(1.8, 'ms a request', LOAD),
  webCpu: measured(1.8, 'ms a request', LOAD),
  coreCpu: measured(1.5, 'ms a request', LOAD),
  postgresCpu: measured(0.33, 'ms a request', LOAD),
  serviceMemory: measured(90, 'MB', `the largest of three working sets; ${LOAD}`),
  utilisation: chosen(0.6, 'of a processor', 'room for a zone that is lost and for a rollout'),
  poolMax: chosen(10, 'connections a pod of core', 'its default, POOL_MAX'),
  nodeCpu: chosen(2, 'vCPU a node', 'm7g.large'),
  nodeMemory: chosen(8192, 'MB a node', 'm7g.large'),
  nodeOverhead: chosen(0.25, 'of a node', 'kubelet, system, and the DaemonSets of network, disks, identity and Istio'),
} as const satisfies Record<string, Figure>;
