import { describe, expect, it } from 'vitest';
import { FakeCluster, run, STATE } from '../../test/support/fake-rollout-cluster.ts';
import { ConfigurationRejected } from '../apply/proxies.ts';
import { RoutesChanged } from '../apply/split.ts';
import type { RolloutEvent } from './rollout.ts';

describe('the guards of a rollout', () => {
  it('pauses where another client sets the weights, and leaves them as they are', async () => {
    const cluster = new FakeCluster();
    cluster.perPoll = 0;
    cluster.onPoll = () => {
      if (cluster.polls === 3) cluster.set = { v1: 70, v2: 30 };
    };
    expect(await run(cluster)).toMatchObject({
      phase: 'paused',
      reason: 'another client set the weights of preview: v1=70 v2=30 in place of v1=95 v2=5',
    });
    expect(cluster.set).toEqual({ v1: 70, v2: 30 });
  });

  it('pauses where no route leads to the canary any more', async () => {
    const cluster = new FakeCluster();
    cluster.routes = async () => [{ name: 'edge', weights: cluster.polls > 1 ? { v1: 50, v3: 50 } : cluster.set, isEdited: false }];
    cluster.perPoll = 0;
    expect(await run(cluster)).toMatchObject({ phase: 'paused', reason: 'no route of preview leads to v2 any more' });
  });

  it('pauses where another client changes anything else of the routes, seen by a poll or by a write', async () => {
    const seen = new FakeCluster();
    seen.perPoll = 0;
    seen.onPoll = () => {
      seen.edited = seen.polls === 2;
    };
    expect(await run(seen)).toMatchObject({ phase: 'paused', reason: 'another client changed the VirtualService edge-preview' });
    const met = new FakeCluster();
    met.setWeights = async () => {
      throw new RoutesChanged('another client changed the routes of VirtualService platform/edge-preview', 'apply');
    };
    expect(await run(met)).toMatchObject({
      phase: 'paused',
      weights: STATE.weights,
      reason: expect.stringContaining('changed the routes'),
    });
  });

  it('waits with the first weight until the canary has a ready pod', async () => {
    const cluster = new FakeCluster();
    cluster.now = { canaryReady: 0, baselineReady: 1 };
    const events: RolloutEvent[] = [];
    cluster.save = async () => {
      if (events.length === 3) cluster.now = { canaryReady: 1, baselineReady: 1 };
    };
    expect(await run(cluster, {}, 60_000, events)).toMatchObject({ phase: 'promoted' });
    expect(events.slice(0, 3).map(({ event }) => event)).toEqual(['waiting', 'waiting', 'waiting']);
  });

  it.each([
    [{ canaryReady: 0, baselineReady: 1 }, 'preview v2 has no ready pod'],
    [{ canaryReady: 1, baselineReady: 1, problem: 'container preview of pod p crashes again and again' }, 'preview v2 cannot serve: container preview of pod p crashes again and again'], // biome-ignore format: a row
  ])('rolls back without statistics: %o', async (now, reason) => {
    const cluster = new FakeCluster();
    cluster.perPoll = 0;
    cluster.onPoll = () => {
      if (cluster.polls === 2) cluster.now = now;
    };
    expect(await run(cluster)).toMatchObject({ phase: 'rolled back', reason, weights: { v1: 100, v2: 0 } });
  });

  it('keeps the weights while neither version has a ready pod', async () => {
    const cluster = new FakeCluster();
    cluster.onPoll = () => {
      cluster.now = cluster.polls === 2 ? { canaryReady: 0, baselineReady: 0 } : { canaryReady: 1, baselineReady: 1 };
    };
    expect(await run(cluster)).toMatchObject({ phase: 'promoted' });
  });

  it('sees pods that fail between two polls', async () => {
    const cluster = new FakeCluster();
    cluster.onPoll = () => expect.unreachable('it needs no poll');
    cluster.setWeights = async (weights) => {
      cluster.writes.push(weights);
      cluster.now = { canaryReady: 0, baselineReady: 1 };
      return 'in sync';
    };
    expect(await run(cluster)).toMatchObject({ phase: 'rolled back', weights: { v1: 100, v2: 0 } });
  });

  it('waits with the next weight until the canary has pods for it', async () => {
    const cluster = new FakeCluster();
    cluster.now = { canaryReady: 1, baselineReady: 10 };
    const events: RolloutEvent[] = [];
    cluster.onPoll = () => {
      if (events.some(({ event }) => event === 'waiting')) cluster.now = { canaryReady: 7, baselineReady: 10 };
    };
    expect(await run(cluster, {}, 60_000, events)).toMatchObject({ phase: 'promoted' });
    expect(events.find(({ event }) => event === 'waiting')?.reason).toBe('preview v2 has 1 ready pods, and needs 2 for 25 %');
  });

  it('waits with the next weight while a proxy rejects its configuration, and names it', async () => {
    const cluster = new FakeCluster();
    const events: RolloutEvent[] = [];
    cluster.onPoll = () => {
      const isNamed = events.some(({ reason }) => reason === 'proxy web-v1 rejects its configuration: no such filter');
      cluster.refused = cluster.polls > 1 && !isNamed ? 'proxy web-v1 rejects its configuration: no such filter' : undefined;
    };
    expect(await run(cluster, {}, 60_000, events)).toMatchObject({ phase: 'promoted' });
    expect(events.filter(({ event }) => event === 'waiting')).toHaveLength(1);
  });

  it('rolls back where a proxy rejects the weights', async () => {
    const cluster = new FakeCluster();
    const set = cluster.setWeights.bind(cluster);
    cluster.setWeights = async (weights, signal) => {
      if (weights.v2 === 10) throw new ConfigurationRejected('proxy web-v1 rejects its configuration: weights', 'fix it');
      return set(weights, signal);
    };
    expect(await run(cluster)).toMatchObject({
      phase: 'rolled back',
      reason: expect.stringContaining('web-v1 rejects'),
      weights: { v2: 0 },
    });
  });

  it('rolls back where the canary fails while the proxies take their time', async () => {
    const cluster = new FakeCluster();
    const set = cluster.setWeights.bind(cluster);
    cluster.setWeights = (weights, signal) => {
      if (weights.v2 !== 10) return set(weights, signal);
      cluster.now = { canaryReady: 0, baselineReady: 1 };
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    };
    expect(await run(cluster)).toMatchObject({ phase: 'rolled back', reason: 'preview v2 has no ready pod', weights: { v2: 0 } });
  });
});
