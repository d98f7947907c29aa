import { setTimeout as pause } from 'node:timers/promises';
import { inParallel, type Progress } from '@mesh-platform/kubernetes';
import { MESH_GATEWAY } from '../names.ts';
import type { MeshProxy } from './expectation.ts';
import type { Proxies } from './proxies.ts';

type Asked = Pick<Proxies, 'list' | 'ask'>;

/** Istio's default `drainDuration` is 45 s: https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig */
const DRAIN_MS = 60_000;
const POLL_MS = 200;

const DRAINING = '/stats?filter=^listener_manager.total_(listeners|filter_chains)_draining$';
const DRAIN_TIME = /"drain_time":\s*"(\d+)s"/;

/** A sidecar that still serves connections under a previous configuration. */
export interface DrainingProxy {
  readonly pod: string;
  /** The proxy closes them at the latest this long after it got the new configuration; undefined where it did not answer. */
  readonly withinSeconds?: number;
}

/**
 * Waits until no sidecar serves a connection under a previous listener or filter chain. A connection keeps the policies with which it
 * was accepted until it ends; Envoy closes it after its drain time. Resolves with the sidecars that still drain after 60 s.
 */
export async function untilDrained(proxies: Asked, progress: Progress, signal: AbortSignal): Promise<readonly DrainingProxy[]> {
  let rest = await drainingIn(proxies, signal);
  if (rest.length === 0) return [];
  const startedAt = performance.now();
  await progress.step('connections under previous policies are closed', async () => {
    while (rest.length > 0 && performance.now() - startedAt < DRAIN_MS) {
      await pause(POLL_MS, undefined, { signal });
      rest = await drainingIn(proxies, signal);
    }
  });
  return inParallel(rest, async ({ pod, ...proxy }) => {
    const [, seconds] = DRAIN_TIME.exec(await proxies.ask({ pod, ...proxy }, '/server_info', signal).catch(() => '')) ?? [];
    return { pod, ...(seconds ? { withinSeconds: Number(seconds) } : {}) };
  });
}

/** `proxies web-v1-a, core-v1-b still serve connections under previous policies, for 300 s at most`; undefined for none. */
export function stillDraining(draining: readonly DrainingProxy[]): string | undefined {
  if (draining.length === 0) return undefined;
  const longest = Math.max(...draining.map(({ withinSeconds = Number.NaN }) => withinSeconds));
  const bound = Number.isNaN(longest) ? '' : `, for ${longest} s at most`;
  const [verb, noun] = draining.length === 1 ? ['serves', 'proxy'] : ['serve', 'proxies'];
  return `${noun} ${draining.map(({ pod }) => pod).join(', ')} still ${verb} connections under previous policies${bound}`;
}

/** The sidecars that drain now. Those of pods that end are of no interest: they accept nothing new. */
async function drainingIn(proxies: Asked, signal: AbortSignal): Promise<readonly MeshProxy[]> {
  const sidecars = (await proxies.list()).filter(({ gateways }) => gateways.includes(MESH_GATEWAY));
  const counts = await inParallel(sidecars, async (proxy) => {
    const stats = await proxies.ask(proxy, DRAINING, signal).catch(() => proxies.ask(proxy, DRAINING, signal).catch(() => ''));
    signal.throwIfAborted();
    return /: [1-9]/.test(stats);
  });
  return sidecars.filter((_, index) => counts[index]);
}
