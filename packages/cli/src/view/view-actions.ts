import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PlatformError, UsageError } from '@mesh-platform/kubernetes';
import {
  type LoadedEnvironment,
  plannedSplit,
  policiesOf,
  readWeights,
  recordedRollouts,
  type SplitService,
  split,
  type Weights,
  withWeights,
} from '@mesh-platform/mesh';
import { request } from '@mesh-platform/proofs';
import { CommandError, checkout, type RunningTarget, run } from '@mesh-platform/targets';
import type { Actions, Collector } from '@mesh-platform/view';
import { traceOf } from './failed-requests.ts';

/** Milliseconds within which a rollout that was started must have its Lease. */
const START_MS = 30_000;
const ABORT_MS = 60_000;

/** What the page of a view can do on a target. `options` name the target for another `./platform`. */
export function viewActions(
  target: RunningTarget,
  platform: LoadedEnvironment,
  options: readonly string[],
  collector: Pick<Collector, 'verify' | 'spansOf'>,
): Actions {
  const { cluster, gatewayUrl } = target;
  const { mesh } = platform.environment;
  const splitOf = (service: string): SplitService => ({
    topology: mesh.name,
    namespace: mesh.namespace,
    service,
    render: (weights: Weights) => policiesOf({ ...platform.environment, mesh: withWeights(mesh, service, weights) }),
  });
  const weightsOf = (service: string, weights: Readonly<Record<string, number>>): Weights => {
    const versions = mesh.services.get(service)?.versions;
    if (!versions) throw new UsageError(`there is no service ${service}`, `name one of: ${[...mesh.services.keys()].join(', ')}`);
    return readWeights(service, versions, Object.entries(weights).map(([version, percent]) => `${version}=${percent}`)); // biome-ignore format: one call
  };
  const rolloutOf = async (service: string) =>
    (await recordedRollouts(cluster, mesh.namespace)).find((one) => one.state.service === service && one.holder !== undefined);
  const command = (service: string, version: string, ...more: readonly string[]) => [
    ...options,
    'mesh',
    'rollout',
    service,
    version,
    '--json',
    ...more,
  ];
  return {
    planSplit: (service, weights) => plannedSplit(cluster, splitOf(service), weightsOf(service, weights)),
    async split(service, weights) {
      const wanted = weightsOf(service, weights);
      if (await rolloutOf(service))
        throw new PlatformError(`a rollout of ${service} keeps its weights`, 'abort it first, or wait until it has ended');
      const { milliseconds, proxies } = await split(cluster, splitOf(service), wanted);
      void collector.verify();
      return { milliseconds, proxies: proxies.length };
    },
    async startRollout(service, version) {
      weightsOf(service, { [version]: 100 });
      await startDetached(command(service, version), async () => (await rolloutOf(service))?.state.canary === version);
    },
    async abortRollout(service, version) {
      weightsOf(service, { [version]: 100 });
      await run(join(checkout, 'platform'), command(service, version, '--abort'), { timeout: ABORT_MS }).catch((error) => {
        throw error instanceof CommandError ? failureIn(error.message) : error;
      });
      void collector.verify();
    },
    async request(path, fault) {
      const headers = { traceparent: sampledTrace(), ...(fault ? { 'x-fault': fault } : {}) };
      const { status, requestId, servedBy, milliseconds } = await request(gatewayUrl, { path, headers }, new AbortController().signal);
      return { status, requestId, servedBy, milliseconds };
    },
    trace: async (requestId) => ({ hops: await traceOf(cluster, requestId), spans: collector.spansOf(requestId) }),
    verify: () => collector.verify(),
  };
}

/** A trace that each service continues, whatever else it samples. https://www.w3.org/TR/trace-context/#traceparent-header */
const sampledTrace = (): string => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

/** Starts a `./platform` that outlives this process. Resolves when `hasStarted`; throws what it printed where it ends before. */
async function startDetached(args: readonly string[], hasStarted: () => Promise<boolean>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-view-'));
  const file = join(folder, 'errors');
  const errors = await open(file, 'w', 0o600);
  try {
    const child = spawn(join(checkout, 'platform'), args, { detached: true, stdio: ['ignore', 'ignore', errors.fd] });
    let hasEnded = false;
    child.once('exit', () => {
      hasEnded = true;
    });
    child.unref();
    const until = performance.now() + START_MS;
    while (!(await hasStarted())) {
      if (hasEnded) throw failureIn(await readFile(file, 'utf8'));
      if (performance.now() > until)
        throw new PlatformError(`the rollout did not start within ${START_MS / 1000} s`, 'see ./platform status');
      await pause(300);
    }
  } finally {
    await errors.close();
    await rm(folder, { recursive: true });
  }
}

/** The error that a `./platform` printed: `platform: what failed`, then `→` and what to do. */
function failureIn(text: string): PlatformError {
  const message = /^platform: (.*)$/m.exec(text)?.[1] ?? text.trim().split('\n').at(-1) ?? 'it failed';
  return new PlatformError(message, /^\s*→ (.*)$/m.exec(text)?.[1] ?? 'see ./platform status');
}
