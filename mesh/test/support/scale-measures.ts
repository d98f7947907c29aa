import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Cluster, ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import { Proxies } from '../../src/apply/proxies.ts';
import { podOf } from './cluster.ts';
import type { Cost, Operation } from './scale-client.ts';
import { SCALE } from './scale-topology.ts';

const CLIENT = new URL('scale-client.ts', import.meta.url).pathname;
const METRICS_PORT = 15014;
const CLIENT_MS = 900_000;
const MEGABYTE = 1024 ** 2;

/** Runs a command on the mesh in a process of its own. */
export async function cost(operation: Operation, services: number, image: string): Promise<Cost> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLIENT, operation, String(services), image], { timeout: CLIENT_MS });
  return JSON.parse(stdout) as Cost;
}

/** What istiod has counted since it started. */
export interface Istiod {
  readonly cpuSeconds: number;
  readonly megabytes: number;
  readonly pushes: number;
  /** Pushes and the seconds from the change until each proxy had it. */
  readonly converged: { readonly count: number; readonly seconds: number };
}

export async function istiod(cluster: Cluster): Promise<Istiod> {
  const pod = await podOf(cluster, ISTIO_NAMESPACE, 'istiod');
  const text = await cluster.getText(`/api/v1/namespaces/${ISTIO_NAMESPACE}/pods/${pod}:${METRICS_PORT}/proxy/metrics`);
  const total = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0);
  return {
    cpuSeconds: total('process_cpu_seconds_total'),
    megabytes: total('process_resident_memory_bytes') / MEGABYTE,
    pushes: total('pilot_xds_pushes'),
    converged: { count: total('pilot_proxy_convergence_time_count'), seconds: total('pilot_proxy_convergence_time_sum') },
  };
}

/** A proxy's configuration and memory. */
export interface ProxySize {
  readonly kilobytes: number;
  readonly megabytes: number;
  readonly clusters: number;
}

/** The size of a service's proxy once it knows at least that many outbound clusters, and at most that many. */
export async function proxySize(cluster: Cluster, service: string, known: (clusters: number) => boolean): Promise<ProxySize> {
  const proxies = new Proxies(cluster, SCALE, []);
  const signal = AbortSignal.timeout(120_000);
  try {
    const proxy = (await proxies.list()).find(({ labels }) => labels.get('app') === service);
    if (!proxy) throw new Error(`${service} has no proxy`);
    for (;;) {
      const dump = await proxies.ask(proxy, '/config_dump', signal);
      const { clusters } = await proxies.read(proxy, ['clusters'], signal);
      const outbound = [...clusters.keys()].filter((name) => name.startsWith('outbound|')).length;
      const { allocated } = JSON.parse(await proxies.ask(proxy, '/memory', signal)) as { readonly allocated: string };
      if (known(outbound)) return { kilobytes: dump.length / 1024, megabytes: Number(allocated) / MEGABYTE, clusters: outbound };
    }
  } finally {
    proxies.close();
  }
}
