import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster, LiveObject, Pod } from '@mesh-platform/kubernetes';
import { defineMesh } from '@mesh-platform/mesh';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Collector } from './collector.ts';

/** Longer than two polls. */
const POLLS_MS = 4_500;
/** One of them, and a moment. */
const POLL_MS = 2_200;
const NAMES = Array.from({ length: 200 }, (_, index) => `s${index}`);
const http = { protocol: 'http', port: 8080, versions: ['v1'] } as const;
const mesh = defineMesh({
  name: 'many',
  namespace: 'platform',
  services: Object.fromEntries(NAMES.map((name) => [name, http])),
});
const running = { running: {} };
const podOf = (name: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `${name}-v1-1`, uid: name, namespace: 'platform', labels: { app: name, version: 'v1' } },
  spec: { containers: [{ name, env: [{ name: 'TRACE_PORT', value: '4318' }] }] },
  status: { containerStatuses: [{ name: 'istio-proxy', image: '', imageID: '', ready: true, restartCount: 0, state: running }] },
});

/** A collector of 200 services whose logs never come, and whose proxies and traces it asked for. `start` it with its listener. */
function collectorOf200() {
  const asked: string[] = [];
  const traced: string[] = [];
  const watchUntil = (path: string, signal: AbortSignal, take: (objects: readonly LiveObject[]) => unknown) => {
    if (path === '/api/v1/namespaces/platform/pods') take(NAMES.map(podOf));
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const connect = async (_namespace: string, pod: string) => ({
    get: async () => {
      asked.push(pod.replace('-v1-1', ''));
      return '{"stats":[]}';
    },
    close: () => {},
  });
  const forward = async (_namespace: string, pod: string) => {
    traced.push(pod.replace('-v1-1', ''));
    throw new Error('no port');
  };
  const cluster = { watchUntil, connect, forward, getText: async () => 'ok' } as unknown as Cluster;
  const verify = async () => ({ drift: [], splits: [], findings: [] });
  const collector = new Collector({ cluster, mesh, target: 'test', url: '', failures: () => new Promise(() => {}), verify });
  onTestFinished(() => collector.stop());
  return { collector, asked, traced };
}

it('asks only the proxies of the services that a page shows, and reads only their traces', async () => {
  const { collector, asked, traced } = collectorOf200();
  const listener = vi.fn();
  collector.listen(listener, new Set(['s7', 's9']));
  collector.start();
  await expect.poll(() => listener.mock.calls.length).toBeGreaterThan(0);
  expect([...new Set(asked)].sort()).toEqual(['s7', 's9']);
  expect([...new Set(traced)].sort()).toEqual(['s7', 's9']);
});

it('asks nothing while no page is open, and at once when one is', { timeout: 20_000 }, async () => {
  const { collector, asked, traced } = collectorOf200();
  collector.start();
  const listener = vi.fn();
  const end = collector.listen(listener, new Set(['s7']));
  await expect.poll(() => listener.mock.calls.length).toBe(1);
  end();
  await pause(POLL_MS); // the next one finds that no page is there
  asked.length = 0;
  traced.length = 0;
  await pause(POLLS_MS);
  expect([...asked, ...traced]).toEqual([]);
  collector.listen(listener, new Set(['s9']));
  expect(listener).toHaveBeenCalledTimes(2); // what was known last
  await expect.poll(() => listener.mock.calls.length, { timeout: 1_000 }).toBe(3);
  expect(asked).toEqual(['s9']);
});

it('goes on counting while logs are being read', async () => {
  const { collector } = collectorOf200();
  const listener = vi.fn();
  collector.listen(listener, new Set(['s7']));
  collector.start();
  await expect.poll(() => listener.mock.calls.length, { timeout: 4_500 }).toBeGreaterThan(1);
});
