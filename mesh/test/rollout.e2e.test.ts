import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { apply } from '../src/apply/apply.ts';
import type { Desired } from '../src/apply/plan.ts';
import { LeaseLost } from '../src/rollout/lease.ts';
import type { RolloutEvent } from '../src/rollout/rollout.ts';
import { type RolloutRequest, type RolloutService, runRollout } from '../src/rollout/run-rollout.ts';
import type { RolloutState } from '../src/rollout/state.ts';
import { connect, deleteNamespace, nodeImage, removeNamespace } from './support/cluster.ts';
import { failuresIn, requestsSince, total } from './support/requests.ts';
import { smallTopology } from './support/small-topology.ts';

const NAMESPACE = 'mesh-rollout';
vi.setConfig({ testTimeout: 120_000 }); // bounds for a busy machine; each wait inside has its own
const cluster = connect();
let image = '';

/** The sidecar of the caller admits no statistics, as in an installation that is not the platform's own; the gateway does. */
const foreign = { 'proxy.istio.io/config': 'proxyStatsMatcher: { inclusionPrefixes: [none] }' };
const desired = (weights: Readonly<Record<string, number>>): Desired =>
  smallTopology({ namespace: NAMESPACE, image, weights, callerAnnotations: foreign });
const back: RolloutService = {
  topology: 'small',
  namespace: NAMESPACE,
  service: 'back',
  render: (weights) => desired(Object.fromEntries(weights)).objects,
  versions: ['v1', 'v2', 'v3'],
  isGrpc: false,
};

beforeAll(async () => {
  await removeNamespace(cluster, NAMESPACE);
  image = await nodeImage(cluster);
  await apply(cluster, desired({ v1: 100, v2: 0, v3: 0 }));
}, 180_000);
afterAll(() => deleteNamespace(cluster, NAMESPACE));

class Running {
  readonly events: RolloutEvent[] = [];
  readonly #stop = new AbortController();
  readonly ended: Promise<RolloutState>;

  constructor(canary: string) {
    const request: RolloutRequest = { canary, steps: [10, 20], limits: { maxRatio: 1.25, floor: 0.01 }, within: 100_000, mode: 'start' };
    this.ended = runRollout(cluster, back, request, { signal: this.#stop.signal, report: (event) => this.events.push(event) });
    this.ended.catch(() => {});
  }

  async until(isWanted: (event: RolloutEvent) => boolean): Promise<RolloutEvent> {
    const end = AbortSignal.timeout(60_000);
    for (;;) {
      const found = this.events.find(isWanted);
      if (found) return found;
      end.throwIfAborted();
      await Promise.race([pause(50), this.ended]);
    }
  }

  stop(): Promise<RolloutState> {
    this.#stop.abort(new Error('stopped'));
    return this.ended;
  }
}

it('supersedes a canary by a newer version, with fresh evidence and without a failed request at 100 a second', async () => {
  await requestsSince(cluster, NAMESPACE);
  const second = new Running('v2');
  const counted = await second.until(({ event, state }) => event === 'poll' && (state.evidences.attempts?.canary.requests ?? 0) > 20);
  // The caller's proxy counts only attempts; the gateway's counts everything.
  expect(counted.state.notJudged).toContain('failures');
  const { attempts, failures } = counted.state.evidences;
  expect(attempts?.canary.requests).toBeGreaterThan(failures?.canary.requests ?? 0);
  expect(failures?.canary.requests).toBeGreaterThan(0);

  const third = new Running('v3');
  const begun = await third.until(({ event }) => event === 'weights');
  expect(begun.state).toMatchObject({ weights: { v1: 90, v2: 0, v3: 10 }, evidences: {}, baseline: 'v1' });
  const refusal = await second.ended.catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(LeaseLost);
  expect((refusal as Error).message).toContain('the rollout of back v2 is superseded by one of v3, by ');
  await third.until(({ event, state }) => event === 'poll' && (state.evidences.attempts?.canary.requests ?? 0) > 0);
  await expect(third.stop()).rejects.toThrow('stopped');
  const counts = await requestsSince(cluster, NAMESPACE);
  expect(failuresIn(counts)).toEqual({});
  expect(total(counts)).toBeGreaterThan(500);
  expect(counts.v3).toBeGreaterThan(0);
});
