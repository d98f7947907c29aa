import { setTimeout as pause } from 'node:timers/promises';
import { ISTIO_NAMESPACE, isReady, isTerminating, type LiveObject, type Pod } from '@mesh-platform/kubernetes';
import { recordedRollouts } from '@mesh-platform/mesh';
import { Random } from '@mesh-platform/mesh/testing';
import { type RunningTarget, waitFor } from '@mesh-platform/targets';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { instanceName, platform, runningTarget } from '../support/platform.ts';
import { endRollouts, mesh, openRollout, RunningRollout, routeOf, underTraffic, weightsNow } from './support/canary.ts';
import { podsOf, ready, scale } from './support/disturbing.ts';
import { seedOfRun } from './support/seed-of-run.ts';

/** After which a Lease has expired, and a little more. */
const EXPIRED = { timeout: 60_000, every: 500 };
const KILLS = 8;
/** Little of what only preview answers: a machine that is busy keeps its pods ready, and fails none for other reasons. */
const LIGHT = { perSecond: 20, ask: (url: string, init: RequestInit) => fetch(`${url}/api/openapi.json`, init) } as const;

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
  await endRollouts(); // of a run that was interrupted
}, 120_000);
afterEach(async () => {
  await endRollouts();
  await ready(target, 'preview', 2); // a container that crashed again and again is started after a while
}, 180_000);

const canaryPods = async (): Promise<readonly Pod[]> =>
  (await podsOf(target, 'preview')).filter((pod) => pod.metadata?.labels?.version === 'v2' && !isTerminating(pod));

const unattended = (): Promise<number> =>
  waitFor('status reports the rollout as unattended', async () => (await openRollout())?.unattendedSeconds, EXPIRED);

/** Sets weights as `kubectl edit` does: another field manager, without server-side apply. */
async function editByHand(v1: number, v2: number): Promise<void> {
  const { spec } = ((await routeOf(target)) ?? {}) as {
    readonly spec?: { readonly http: readonly { readonly route?: readonly object[] }[] };
  };
  const at = spec?.http.findIndex(({ route }) => (route?.length ?? 0) > 1) ?? -1;
  const change = [v1, v2].map((value, index) => ({ op: 'replace', path: `/spec/http/${at}/route/${index}/weight`, value }));
  const args = ['-n', NAMESPACE, 'patch', 'virtualservice', 'edge-preview', '--type=json', '-p', JSON.stringify(change)];
  const { status, stderr } = await platform(['tool', 'kubectl', '--instance', instanceName(), '--', ...args]);
  expect(status, stderr).toBe(0);
}

describe('mesh rollout, one writer', () => {
  it('refuses a second one with holder and age, and lets exactly one of two take an expired Lease over', async () => {
    const first = new RunningRollout('--within', '5m');
    await first.atWeight(20);
    const second = await mesh('rollout', 'preview', 'v2');
    expect(second.status).toBe(1);
    expect(second.stderr).toMatch(/a rollout of preview runs already: v2, since \S+, by \S+\/\d+\/\w+, which was active \d+ s ago/);
    await first.kill();
    await unattended();
    const before = await routeOf(target);
    const holders = new Set<string>();
    const versions: number[] = [];
    const watched = new AbortController();
    const path = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases?fieldSelector=metadata.name%3Dmesh-rollout-preview`;
    const watching = target.cluster.watchUntil(path, watched.signal, ([lease]) => {
      const { spec, metadata } = (lease ?? {}) as LiveObject & { readonly spec?: { readonly holderIdentity?: string } };
      holders.add(spec?.holderIdentity ?? '');
      versions.push(Number(metadata?.resourceVersion ?? 0));
      return undefined;
    });
    const rivals = [new RunningRollout('--resume'), new RunningRollout('--resume')];
    const refused = await Promise.race(rivals.map(async (one) => ({ one, ...(await one.ended) })));
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/runs already|now belongs to/);
    expect(refused.one.lines).toEqual([]); // it has set nothing
    const winner = rivals.find((one) => one !== refused.one);
    await winner?.until('a poll', ({ event }) => event === 'poll');
    expect(holders.size).toBe(2); // the dead one, and the winner: no third ever wrote
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect((await routeOf(target))?.metadata?.generation).toBe(before?.metadata?.generation); // both wrote at most what was there
    await winner?.kill();
    watched.abort();
    await watching.catch(() => {});
  }, 180_000);

  it(`survives ${KILLS} kills: the weights stay, status reports it, and --resume ends as an uninterrupted rollout does`, async () => {
    const seed = seedOfRun();
    console.log(`ENDURANCE_SEED=${seed}`);
    const random = new Random(seed);
    let requests = 0;
    await underTraffic(
      target,
      async () => {
        for (let kill = 0; kill < KILLS; kill += 1) {
          const running = new RunningRollout('--steps', '30,50', '--within', '15m', ...(kill > 0 ? ['--resume'] : []));
          await running.until('it works', ({ event }) => event === 'weights');
          await pause(random.next() * 12_000); // the moment of the kill is the test's input
          await running.kill();
          const left = await weightsNow(target);
          const seen = running.lines.at(-1)?.metrics.failures?.canary.requests ?? requests;
          expect(seen).toBeGreaterThanOrEqual(requests); // the evidence goes on
          requests = seen;
          await unattended();
          expect(await weightsNow(target)).toEqual(left);
        }
      },
      LIGHT,
    );
    // It ends as it would have without the kills: this canary fails from here on.
    const work = async () => {
      const { status, last } = await new RunningRollout('--steps', '30,50', '--within', '15m', '--resume').result();
      expect(last).toMatchObject({ phase: 'rolled back', weights: { v1: 100, v2: 0 } });
      expect(status).toBe(3);
      expect(last?.metrics.failures?.canary.requests).toBeGreaterThan(requests);
    };
    await underTraffic(target, work, { ...LIGHT, fault: 'preview/v2=unavailable:0.3' });
  }, 900_000);
});

describe('mesh rollout, guards', () => {
  it('pauses within 5 s of a hand edit, which stands, also through apply and up, until --resume', async () => {
    const running = new RunningRollout('--within', '5m');
    await running.atWeight(20);
    expect((await mesh('apply', '--yes')).status).toBe(0);
    await editByHand(65, 35);
    const editedAt = Date.now();
    const { status, last } = await running.result();
    expect(Date.now() - editedAt).toBeLessThan(5_000);
    expect(last).toMatchObject({ phase: 'paused', reason: expect.stringContaining('v1=65 v2=35') });
    expect(status).toBe(4);
    expect((await mesh('apply', '--yes')).status).toBe(0);
    expect((await platform(['up', '--instance', instanceName()])).status).toBe(0);
    expect(await weightsNow(target)).toEqual({ v1: 65, v2: 35 });
    const resumed = new RunningRollout('--resume', '--within', '10s');
    await resumed.atWeight(20);
    await resumed.ended;
  }, 600_000);

  it('rolls back a canary that takes 200 ms longer, and names latency', async () => {
    const work = async () => {
      const { status, last } = await new RunningRollout('--within', '3m').result();
      expect(last).toMatchObject({ phase: 'rolled back', reason: expect.stringMatching(/responses slower than the baseline’s p9/) });
      expect(status).toBe(3);
    };
    await underTraffic(target, work, { ...LIGHT, fault: 'preview/v2=delay:200ms' });
  }, 240_000);

  it('gives the baseline everything within 5 s where the pods of the canary are deleted at 50 %', async () => {
    const running = await halfway();
    await underTraffic(
      target,
      async () => {
        for (const { metadata } of await canaryPods())
          await target.cluster.delete({ apiVersion: 'v1', kind: 'Pod', metadata: { name: metadata?.name ?? '', namespace: NAMESPACE } });
        await backWithin5Seconds(running);
      },
      LIGHT,
    );
  }, 180_000);

  it('gives the baseline everything within 5 s where the canary crashes again and again at 50 %', async () => {
    const running = await halfway();
    await underTraffic(target, () => backWithin5Seconds(running), { ...LIGHT, fault: 'preview/v2=crash:0.2' });
  }, 180_000);

  async function halfway(): Promise<RunningRollout> {
    expect((await mesh('split', 'preview', 'v1=50', 'v2=50')).status).toBe(0);
    const running = new RunningRollout('--steps', '50', '--within', '5m');
    await running.atWeight(50);
    return running;
  }

  async function backWithin5Seconds(running: RunningRollout): Promise<void> {
    const unready = async () => ((await canaryPods()).some(isReady) ? undefined : Date.now());
    const unreadyAt = await waitFor('the canary has no ready pod', unready, { timeout: 60_000, every: 100 });
    const { status, last } = await running.result();
    console.log(`the baseline had everything ${Date.parse(last?.at ?? '') - unreadyAt} ms after the canary was not ready`);
    expect(Date.parse(last?.at ?? '') - unreadyAt).toBeLessThan(5_000);
    expect(last).toMatchObject({ phase: 'rolled back', weights: { v1: 100, v2: 0 } });
    expect(await weightsNow(target)).toEqual({ v1: 100, v2: 0 });
    expect(status).toBe(3);
  }

  it('claims no step while istiod is unavailable, keeps its Lease, and goes on within 10 s of the proxies’ return', async () => {
    const connected = await connectedProxies();
    await underTraffic(
      target,
      async () => {
        const running = new RunningRollout('--steps', '30,50', '--floor', '5%', '--within', '10m');
        try {
          await running.atWeight(20);
          await scale(target, ISTIO_NAMESPACE, 0, ['istiod']);
          await running.until(
            'it waits',
            ({ event, reason }) => event === 'waiting' && reason?.startsWith('not every proxy has v1=70 v2=30') === true,
          );
          const claimed = running.lines.length;
          await pause(20_000); // longer than the Lease
          expect(running.lines.slice(claimed).filter(({ event }) => event !== 'waiting')).toEqual([]);
          const recorded = await recordedRollouts(target.cluster, NAMESPACE);
          expect(recorded.find(({ state }) => state.service === 'preview')?.holder).toBeDefined();
        } finally {
          await scale(target, ISTIO_NAMESPACE, 1, ['istiod']);
        }
        await waitFor('the proxies are connected', async () => ((await connectedProxies()) >= connected ? true : undefined), EXPIRED);
        const backAt = Date.now();
        const { at } = await running.atWeight(30);
        console.log(`every proxy had the weights ${Date.parse(at) - backAt} ms after it was connected to istiod`);
        expect(Date.parse(at) - backAt).toBeLessThan(10_000);
        await running.kill();
      },
      LIGHT,
    );
  }, 400_000);

  async function connectedProxies(): Promise<number> {
    const pods = await target.cluster.list<Pod>('v1', 'Pod', ISTIO_NAMESPACE, 'app=istiod');
    const name = pods.find((pod) => isReady(pod) && !isTerminating(pod))?.metadata?.name;
    if (!name) return 0;
    const text = await target.cluster.getText(`/api/v1/namespaces/${ISTIO_NAMESPACE}/pods/${name}:15014/proxy/metrics`);
    return [...text.matchAll(/^pilot_xds\{.*\} (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  it('keeps the weights where the traffic stops, and promotes nothing', async () => {
    const running = new RunningRollout('--steps', '30', '--within', '40s');
    await underTraffic(
      target,
      async () => {
        await running.until('requests count', ({ metrics }) => (metrics.failures?.canary.requests ?? 0) > 0);
      },
      LIGHT,
    );
    const { status, last } = await running.result();
    expect(last).toMatchObject({ phase: 'undecided' });
    expect(await weightsNow(target)).toEqual(last?.weights);
    expect(last?.weights.v2).toBeLessThan(50);
    expect(status).toBe(4);
  }, 120_000);
});
