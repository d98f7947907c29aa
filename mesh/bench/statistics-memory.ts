import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { STATISTICS } from '../src/rollout/counters.ts';

/**
 * Prints what the statistics of `mesh rollout` cost in a proxy's memory: `node mesh/bench/statistics-memory.ts ENVOY`. The same Envoy
 * sends each of many clusters a few requests, with the statistics of infra/istio/base.yaml and without them.
 */
const CLUSTERS = 200;
const REQUESTS = 20;
const ADMIN = 19_901;
const PORT = 19_902;
const ADMITTED = `cluster\\.outbound\\|[0-9]+\\|[^|]+\\|[^;]+;\\.(${STATISTICS})`;

const clusterName = (index: number): string => `outbound|8080|v1|service-${index}.platform.svc.cluster.local`;

const bootstrap = (upstream: number, admitted: readonly string[]): object => ({
  admin: { address: address(ADMIN) },
  stats_config: {
    stats_matcher: { inclusion_list: { patterns: [{ prefix: 'server.' }, ...admitted.map((regex) => ({ safe_regex: { regex } }))] } },
  },
  static_resources: {
    listeners: [
      {
        address: address(PORT),
        filter_chains: [
          {
            filters: [
              {
                name: 'http',
                typed_config: {
                  '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                  stat_prefix: 'in',
                  http_filters: [
                    { name: 'router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } },
                  ],
                  route_config: {
                    virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster_header: 'to' } }] }],
                  },
                },
              },
            ],
          },
        ],
      },
    ],
    clusters: Array.from({ length: CLUSTERS }, (_, index) => ({
      name: clusterName(index),
      alt_stat_name: `${clusterName(index)};`,
      type: 'STATIC',
      load_assignment: {
        cluster_name: clusterName(index),
        endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstream) } }] }],
      },
    })),
  },
});
const address = (port: number): object => ({ socket_address: { address: '127.0.0.1', port_value: port } });

/** Bytes that Envoy has allocated after the requests. */
async function allocated(envoy: string, upstream: number, admitted: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'statistics-'));
  const file = join(folder, 'envoy.json');
  await writeFile(file, JSON.stringify(bootstrap(upstream, admitted)));
  const child = spawn(envoy, ['-c', file, '--concurrency', '2', '--log-level', 'error', '--use-dynamic-base-id'], { stdio: 'inherit' });
  try {
    const ask = async (path: string) => (await fetch(`http://127.0.0.1:${ADMIN}${path}`)).text();
    for (let tries = 0; (await ask('/ready').catch(() => '')).trim() !== 'LIVE'; tries += 1) {
      if (tries > 100) throw new Error('Envoy did not start');
      await pause(100);
    }
    for (let index = 0; index < CLUSTERS; index += 1)
      for (let request = 0; request < REQUESTS; request += 1)
        await (await fetch(`http://127.0.0.1:${PORT}/`, { headers: { to: clusterName(index) } })).arrayBuffer();
    await ask('/stats?usedonly'); // merges the histograms of its threads
    await pause(6_000); // as its own flush does each 5 s
    return Number((JSON.parse(await ask('/memory')) as { readonly allocated: string }).allocated);
  } finally {
    child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

const [, , envoy] = process.argv;
if (!envoy) throw new Error('usage: node mesh/bench/statistics-memory.ts ENVOY');
const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const { port } = server.address() as AddressInfo;
const [without, withStatistics] = [await allocated(envoy, port, []), await allocated(envoy, port, [ADMITTED])];
server.close();
server.closeAllConnections();
console.log(`${CLUSTERS} versions: ${without} bytes without, ${withStatistics} with the statistics of a rollout`);
console.log(`${((withStatistics - without) / CLUSTERS / 1024).toFixed(1)} KiB for each version that a proxy calls`);
