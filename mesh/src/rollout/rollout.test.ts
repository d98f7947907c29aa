import { describe, expect, it } from 'vitest';
import { counters, FakeCluster, run, STATE } from '../../test/support/fake-rollout-cluster.ts';
import { abortRollout } from './abort-rollout.ts';
import { type RolloutEvent, rollOut } from './rollout.ts';
import { type RolloutState, stepsFrom, weightsAt } from './state.ts';

describe('a rollout', () => {
  it('promotes a good canary step by step, and counts each step from its own begin', async () => {
    const cluster = new FakeCluster();
    expect(await run(cluster)).toMatchObject({ phase: 'promoted', weights: { v1: 0, v2: 100 } });
    expect(cluster.writes.map(({ v2 }) => v2)).toEqual([5, 10, 25, 50, 100]);
    expect(cluster.marks).toBe(4);
  });

  it.each([
    ['final failures', (requests: number) => counters(requests, Math.ceil(requests / 10))],
    ['failed attempts', (requests: number) => counters(requests, 0, { retried: Math.ceil(requests / 5) })],
    ['responses slower than the baseline’s p90', (n: number) => counters(n, 0, { latency: new Map([[25, 0], [100, n]]) })], // biome-ignore format: a row
    ['4xx responses', (requests: number) => counters(requests, 0, { clientErrors: Math.ceil(requests / 5) })],
  ])('rolls back where the canary has more %s, and touches nothing else after that', async (what, canary) => {
    const cluster = new FakeCluster();
    cluster.canary = canary;
    const end = await run(cluster);
    expect(end).toMatchObject({ phase: 'rolled back', reason: `the canary has more ${what}`, weights: { v1: 100, v2: 0 } });
    expect(cluster.writes.at(-1)).toEqual({ v1: 100, v2: 0 });
    expect(cluster.saved.at(-1)).toEqual(end);
  });

  it('keeps the weights and ends undecided without traffic', async () => {
    const cluster = new FakeCluster();
    cluster.perPoll = 0;
    expect(await run(cluster, {}, 100)).toMatchObject({ phase: 'undecided', weights: { v1: 95, v2: 5 } });
    expect(cluster.writes).toHaveLength(1);
  });

  it('takes the weight of the canary that it supersedes before it waits for its own', async () => {
    const cluster = new FakeCluster();
    cluster.set = { v1: 90, v2: 0, v3: 10 };
    cluster.now = { canaryReady: 0, baselineReady: 1 };
    const original = { v1: 100, v2: 0, v3: 0 };
    const stop = new AbortController();
    const report = () => stop.abort(new Error('it waits'));
    const options = { within: 60_000, restores: true, signal: stop.signal, report, pollMs: 1 };
    await expect(rollOut({ ...STATE, original, weights: original }, cluster, options)).rejects.toThrow('it waits');
    expect(cluster.writes).toEqual([original]);
  });

  it('rolls back at once where it was interrupted between the evidence of harm and the last weights', async () => {
    const first = new FakeCluster();
    first.canary = (requests) => counters(requests, requests);
    const harmed = (await run(first)).evidences;
    const second = new FakeCluster();
    second.set = { v1: 95, v2: 5 };
    const end = await run(second, { evidences: harmed, weights: second.set });
    expect(end).toMatchObject({ phase: 'rolled back', reason: 'the canary has more final failures' });
    expect(second.writes).toEqual([{ v1: 100, v2: 0 }]);
  });

  it('renews the right to write while proxies take their time, and stops where it is lost', async () => {
    const cluster = new FakeCluster();
    let saves = 0;
    cluster.save = async () => {
      saves += 1;
      if (saves > 5) throw new Error('lost');
    };
    cluster.setWeights = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    await expect(run(cluster)).rejects.toThrow('lost');
    expect(saves).toBe(6);
  });

  it('promotes nothing before every metric is known, unless no proxy counts it', async () => {
    const blind = () => Object.assign(new FakeCluster(), { canary: (n: number) => counters(n, 0, { latency: new Map() }) });
    const without = (cluster: FakeCluster) => {
      const counted = cluster.counted.bind(cluster);
      cluster.counted = async () => (await counted()).map((one) => new Map([...one].map(([version, of]) => [version, { ...of, latency: new Map() }]))); // biome-ignore format: one step
      return cluster;
    };
    expect(await run(without(blind()), {}, 200)).toMatchObject({ phase: 'undecided' });
    expect(await run(without(blind()), { notJudged: ['slow', 'slowest'] })).toMatchObject({ phase: 'promoted' });
  });

  it('ends in time whatever the clock of the machine shows', async () => {
    const cluster = new FakeCluster();
    const startedAt = new Date(Date.now() - 86_400_000).toISOString();
    expect(await run(cluster, { startedAt })).toMatchObject({ phase: 'promoted' });
  });

  it('claims no step that a proxy does not have, and goes on when it has it', async () => {
    const cluster = new FakeCluster();
    cluster.isInSync = false;
    let waits = 0;
    const ended = rollOut(STATE, cluster, {
      within: 60_000,
      signal: AbortSignal.timeout(20_000),
      pollMs: 1,
      warmUpMs: 0,
      report: ({ event, state }) => {
        if (event !== 'waiting') return;
        expect(state.weights).toEqual(STATE.weights);
        waits += 1;
        cluster.isInSync = waits > 3;
      },
    });
    expect((await ended).phase).toBe('promoted');
    expect(waits).toBe(4);
  });

  it('goes on with the evidence of an interrupted one', async () => {
    const first = new FakeCluster();
    const stop = new AbortController();
    first.onPoll = () => first.polls === 3 && stop.abort(new Error('killed'));
    await expect(rollOut(STATE, first, { within: 60_000, signal: stop.signal, report: () => {}, pollMs: 1, warmUpMs: 0 })).rejects.toThrow('killed'); // biome-ignore format: one call
    const left = first.saved.at(-1);
    expect(left?.evidences.failures?.canary.requests).toBeGreaterThan(0);
    const second = new FakeCluster();
    second.set = first.set;
    const end = await run(second, left);
    expect(end.phase).toBe('promoted');
    const whole = new FakeCluster();
    await run(whole);
    expect(first.polls + second.polls).toBeLessThanOrEqual(whole.polls + 1);
  });

  it('counts at once where an interrupted one had counted, and else after the canary’s warm-up', async () => {
    const requestsOf = async (state: Partial<RolloutState>) => {
      const cluster = new FakeCluster();
      const options = { within: 30, signal: AbortSignal.timeout(20_000), report: () => {}, pollMs: 1, warmUpMs: 60_000 };
      cluster.canary = () => counters(0);
      cluster.perPoll = 1;
      return (await rollOut({ ...STATE, ...state }, cluster, options)).evidences.failures?.baseline.requests ?? 0;
    };
    expect(await requestsOf({})).toBe(0);
    const { evidences } = await run(Object.assign(new FakeCluster(), { perPoll: 1 }), {}, 30);
    expect(await requestsOf({ evidences })).toBeGreaterThan(evidences.failures?.baseline.requests ?? 0);
  });

  it('writes nothing once another process has the right to', async () => {
    const cluster = new FakeCluster();
    cluster.save = async () => {
      throw new Error('lost');
    };
    await expect(run(cluster)).rejects.toThrow('lost');
    expect(cluster.writes).toEqual([]);
  });
});

describe('--abort', () => {
  const abort = (cluster: FakeCluster, events: RolloutEvent[] = []) =>
    abortRollout({ ...STATE, weights: { v1: 75, v2: 25 } }, cluster, { signal: AbortSignal.timeout(20_000), report: (event) => events.push(event), pollMs: 1 }); // biome-ignore format: one call

  it('sets the weights from before, and names what it waits for', async () => {
    const cluster = Object.assign(new FakeCluster(), { isInSync: false });
    const events: RolloutEvent[] = [];
    cluster.save = async (state) => {
      cluster.saved.push(state);
      cluster.isInSync = true;
    };
    expect(await abort(cluster, events)).toMatchObject({ phase: 'aborted', weights: { v1: 100, v2: 0 } });
    expect(cluster.writes).toEqual([{ v1: 100, v2: 0 }]);
    expect(events.map(({ event, reason }) => [event, reason])).toEqual([
      ['waiting', 'not every proxy has v1=100 v2=0 yet: proxy web-v1 has the old ones'],
      ['ended', 'by --abort'],
    ]);
  });

  it('ends a rollout whose version was removed since, and sets nothing', async () => {
    const cluster = Object.assign(new FakeCluster(), { set: { v1: 100, v3: 0 } });
    expect(await abort(cluster)).toMatchObject({ phase: 'aborted' });
    expect(cluster.writes).toEqual([]);
    expect(cluster.saved.map(({ phase }) => phase)).toEqual(['aborted']);
  });
});

describe('weights', () => {
  it('come only from the baseline; other versions keep theirs', () => {
    const state = { ...STATE, original: { v1: 70, v2: 10, v3: 20 } };
    expect(weightsAt(state, 25)).toEqual({ v1: 55, v2: 25, v3: 20 });
    expect(weightsAt(state, 0)).toEqual({ v1: 80, v2: 0, v3: 20 });
    expect(weightsAt(state, 100)).toEqual({ v1: 0, v2: 80, v3: 20 });
  });

  it('may be of versions whose names are numbers', () => {
    const state = { ...STATE, canary: '10', baseline: '9', original: { '9': 100, '10': 0 } };
    expect(weightsAt(state, 25)).toEqual({ '9': 75, '10': 25 });
  });

  it('begin with those that the canary has', () => {
    expect(stepsFrom([5, 10, 25, 50], 0)).toEqual([5, 10, 25, 50]);
    expect(stepsFrom([5, 10, 25, 50], 20)).toEqual([20, 25, 50]);
  });
});
