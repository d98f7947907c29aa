import { figures } from './figures.ts';

/** What a rate of requests at the gateway needs. */
export interface Capacity {
  readonly rate: number;
  readonly pods: { readonly gateway: number; readonly preview: number; readonly web: number; readonly core: number };
  /** Sidecars and gateways. */
  readonly proxies: number;
  /** vCPU that all of them use at this rate, as measured here, which is what nodes are counted by; and as published. */
  readonly proxyCpu: number;
  readonly proxyCpuPublished: number;
  readonly istiod: { readonly replicas: number; readonly cpu: number; readonly memoryMb: number };
  readonly database: { readonly cpu: number; readonly connections: number };
  readonly nodes: number;
}

const MINIMUM = 2; // one may be lost
const value = (name: keyof typeof figures): number => figures[name].value;

/** Pods and nodes, processors and connections for a rate in requests a second, each of which travels the whole way to the database. */
export function capacityFor(rate: number): Capacity {
  // A Node.js process computes on one processor, whatever its limit is.
  const podsOf = (cpuMs: number) => atLeast(MINIMUM, (rate * cpuMs) / 1000 / value('utilisation'));
  const services = { preview: podsOf(value('previewCpu')), web: podsOf(value('webCpu')), core: podsOf(value('coreCpu')) };
  // A gateway is a proxy with two processors.
  const gateway = atLeast(MINIMUM, proxyCpuFor(rate) / (2 * value('utilisation')));
  const pods = { gateway, ...services };
  const servicePods = services.preview + services.web + services.core;
  const proxies = servicePods + gateway;
  const proxyCpu = proxyCpuFor(rate) * Object.keys(pods).length;
  const proxyCpuPublished = (proxyCpu * value('sidecarCpuPublished')) / value('sidecarCpu');
  const istiod = istiodFor(proxies);
  const serviceCpu = (rate * (value('previewCpu') + value('webCpu') + value('coreCpu'))) / 1000;
  const cpu = (serviceCpu + proxyCpu) / value('utilisation') + istiod.replicas * istiod.cpu;
  const memoryMb = servicePods * value('serviceMemory') + proxies * value('sidecarMemory') + istiod.replicas * istiod.memoryMb;
  return {
    rate,
    pods,
    proxies,
    proxyCpu,
    proxyCpuPublished,
    istiod,
    database: { cpu: (rate * value('postgresCpu')) / 1000 / value('utilisation'), connections: services.core * value('poolMax') },
    nodes: nodesFor(cpu, memoryMb),
  };
}

const proxyCpuFor = (rate: number): number => (rate / 1000) * value('sidecarCpu');

/** Each replica keeps the configuration of all proxies. Proxies are spread over the replicas, of which two must be able to serve all. */
function istiodFor(proxies: number): Capacity['istiod'] {
  const replicas = atLeast(MINIMUM, proxies / value('istiodProxies'));
  const fraction = Math.min(1, proxies / replicas / value('istiodProxies'));
  return { replicas, cpu: Math.max(0.5, fraction * value('istiodCpu')), memoryMb: Math.max(1024, fraction * value('istiodMemory')) };
}

/** One in each of three zones at least. */
function nodesFor(cpu: number, memoryMb: number): number {
  const usable = 1 - value('nodeOverhead');
  return Math.max(3, Math.ceil(cpu / (value('nodeCpu') * usable)), Math.ceil(memoryMb / (value('nodeMemory') * usable)));
}

const atLeast = (minimum: number, needed: number): number => Math.max(minimum, Math.ceil(needed));
