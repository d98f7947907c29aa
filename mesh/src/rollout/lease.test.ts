import type { Cluster, LiveObject } from '@mesh-platform/kubernetes';
import { describe, expect, it } from 'vitest';
import { KEEPS_WEIGHTS_OF } from '../apply/weights.ts';
import { LeaseLost, RolloutLease, rolloutIn } from './lease.ts';
import type { RolloutState } from './state.ts';

const STATE: RolloutState = {
  service: 'preview',
  canary: 'v2',
  baseline: 'v1',
  steps: [50],
  step: 0,
  original: { v1: 100, v2: 0 },
  weights: { v1: 100, v2: 0 },
  limits: { maxRatio: 1.25, floor: 0.01 },
  evidences: {},
  latency: [],
  phase: 'running',
  reason: '',
  startedAt: '2026-01-01T00:00:00.000Z',
};

/** One Lease with an API server's optimistic lock; what was created stays with the manager that created it. */
class OneLease {
  lease: LiveObject | undefined;
  created: LiveObject | undefined;
  #version = 0;

  async read() {
    return this.lease;
  }
  async create(object: LiveObject) {
    this.created = object;
    return this.#keep(object);
  }
  async applyOne(object: LiveObject) {
    if (object.metadata?.resourceVersion !== this.lease?.metadata?.resourceVersion) throw new Error('conflict');
    return this.#keep(object);
  }
  #keep(object: LiveObject): LiveObject {
    this.#version += 1;
    this.lease = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    return this.lease;
  }
}
const leaseOf = (cluster: OneLease) => new RolloutLease(cluster as unknown as Cluster, 'platform', 'preview');

describe('the Lease of a rollout', () => {
  it('keeps the weights from apply until the rollout ends', async () => {
    const cluster = new OneLease();
    const lease = leaseOf(cluster);
    await lease.take(STATE);
    expect(cluster.created?.metadata).toEqual({ name: 'mesh-rollout-preview', namespace: 'platform' }); // the label is the applier's to remove
    expect(cluster.lease?.metadata?.labels).toEqual({ [KEEPS_WEIGHTS_OF]: 'preview' });
    await lease.save({ ...STATE, phase: 'promoted' }, { release: true });
    expect(cluster.lease?.metadata?.labels).toEqual({});
    expect(await lease.read()).toMatchObject({ holder: undefined, state: { phase: 'promoted' } });
  });

  it('is refused to another process while its holder lives, with the holder and its age', async () => {
    const cluster = new OneLease();
    await leaseOf(cluster).take(STATE);
    await expect(leaseOf(cluster).take(STATE)).rejects.toThrow(
      /a rollout of preview runs already: v2, since \S+, by \S+, which was active 0 s ago/,
    );
  });

  it('is lost where another process takes it by force, which ends the first one before it writes', async () => {
    const cluster = new OneLease();
    const first = leaseOf(cluster);
    await first.take(STATE);
    await leaseOf(cluster).take({ ...STATE, phase: 'aborted' }, { force: true });
    await expect(first.save(STATE)).rejects.toThrow(LeaseLost);
    expect(await first.read()).toMatchObject({ state: { phase: 'aborted' } });
  });

  it('is lost to a rollout of another version with the name of that version', async () => {
    const cluster = new OneLease();
    const first = leaseOf(cluster);
    await first.take(STATE);
    await leaseOf(cluster).take({ ...STATE, canary: 'v3' }, { force: true });
    await expect(first.save(STATE)).rejects.toThrow(/the rollout of preview v2 is superseded by one of v3, by \S+/);
  });

  it('is not lost while the API server does not answer', async () => {
    const cluster = new OneLease();
    const lease = leaseOf(cluster);
    await lease.take(STATE);
    const unavailable = async () => {
      throw new Error('the API server does not answer');
    };
    Object.assign(cluster, { read: unavailable, applyOne: unavailable });
    await expect(lease.save(STATE)).rejects.toThrow('the API server does not answer');
  });

  it('shows no process that lives where it was renewed long ago, or far ahead of this clock', async () => {
    const cluster = new OneLease();
    await leaseOf(cluster).take(STATE);
    const { spec } = cluster.lease as { readonly spec?: object };
    const holderAt = (seconds: number) =>
      rolloutIn({ ...cluster.lease, spec: { ...spec, renewTime: new Date(Date.now() + seconds * 1_000).toISOString() } } as never)?.holder;
    expect([-3_600, -14, 0, 14, 3_600].map((seconds) => holderAt(seconds) !== undefined)).toEqual([false, true, true, true, false]);
  });

  it('is refused to the second of two that create it at once', async () => {
    const cluster = new OneLease();
    const second = leaseOf(cluster);
    cluster.create = async () => {
      cluster.create = OneLease.prototype.create;
      await leaseOf(cluster).take(STATE);
      throw new Error('leases "mesh-rollout-preview" already exists');
    };
    await expect(second.take(STATE)).rejects.toThrow(/a rollout of preview runs already: v2/);
  });
});
