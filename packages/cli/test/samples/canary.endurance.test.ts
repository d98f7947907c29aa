import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { LiveObject } from '@mesh-platform/kubernetes';
import { weightsIn } from '@mesh-platform/mesh';
import { underLoad } from '@mesh-platform/proofs/documents';
import { checkout, type RunningTarget } from '@mesh-platform/targets';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { instanceName, platform, runningTarget } from '../support/platform.ts';

interface RolloutLine {
  readonly event: string;
  readonly phase: string;
  readonly reason?: string;
  readonly weights: Readonly<Record<string, number>>;
  readonly metrics: Readonly<Record<string, { readonly canary: Counted; readonly baseline: Counted; readonly harm: number }>>;
  readonly harmLimit?: number;
}
interface Counted {
  readonly requests: number;
  readonly bad: number;
}

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
});
const mesh = (...args: string[]) => platform(['mesh', ...args, '--instance', instanceName()]);
// Back to the weights of the file, and no rollout that is open.
afterEach(async () => {
  await mesh('rollout', 'preview', 'v2', '--abort');
  expect((await mesh('apply', '--yes')).status).toBe(0);
}, 60_000);

/** Forty requests a second for as long as the work takes, with the faults that are named; gives how many failed. */
async function underTraffic(work: () => Promise<void>, fault?: string): Promise<{ readonly sent: number; readonly failed: number }> {
  const headers = fault ? { 'x-fault': fault } : {};
  const answers = await underLoad(
    { perSecond: 40, atMost: 300 },
    async () => {
      const answer = await fetch(`${target.gatewayUrl}/`, { headers, signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
      await answer?.arrayBuffer();
      return answer?.status ?? 0;
    },
    work,
  );
  return { sent: answers.length, failed: answers.filter((status) => status === 0 || status >= 500).length };
}

/** The lines of `mesh rollout preview v2 --json`, and its exit status. */
async function rollout(...args: string[]): Promise<{ readonly status: number; readonly lines: readonly RolloutLine[] }> {
  const { status, stdout } = await mesh('rollout', 'preview', 'v2', '--json', ...args);
  return { status, lines: stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as RolloutLine) }; // biome-ignore format: one line
}

/** A rollout as a process of its own, which the test ends; `next` resolves with its next line of this event. */
function rolloutProcess(...args: string[]): {
  readonly child: ChildProcess;
  next(event: string): Promise<RolloutLine>;
  ended: Promise<number>;
} {
  const all = ['mesh', 'rollout', 'preview', 'v2', '--json', ...args, '--instance', instanceName()];
  const child = spawn(join(checkout, 'platform'), all, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const lines: RolloutLine[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts.map((part) => JSON.parse(part) as RolloutLine));
  });
  return {
    child,
    ended: new Promise((resolve) => child.once('close', (status) => resolve(status ?? 1))),
    async next(event) {
      const from = lines.length;
      await expect.poll(() => lines.slice(from).some((line) => line.event === event), { timeout: 40_000, interval: 100 }).toBe(true);
      return lines.slice(from).find((line) => line.event === event) as RolloutLine;
    },
  };
}

const weightsNow = async (): Promise<Readonly<Record<string, number>>> => {
  const route = await target.cluster.read<LiveObject>(virtualService());
  return Object.fromEntries((route && weightsIn(route, `preview.${NAMESPACE}.svc.cluster.local`)) ?? []);
};
const virtualService = (): LiveObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'edge-preview', namespace: NAMESPACE },
});

describe('mesh rollout', () => {
  it('promotes a good version by what its callers counted', { timeout: 180_000, retry: 1 }, async () => {
    const load = await underTraffic(async () => {
      const { status, lines } = await rollout('--steps', '30,50', '--within', '2m');
      expect(lines.at(-1)).toMatchObject({ event: 'ended', phase: 'promoted', weights: { v1: 0, v2: 100 } });
      expect(status).toBe(0);
      expect(lines.at(-1)?.metrics.failures?.canary.requests).toBeGreaterThan(100);
    });
    expect(load.failed).toBeLessThan(load.sent / 50);
    expect(await weightsNow()).toEqual({ v1: 0, v2: 100 });
  });

  it('rolls a version back that fails, with the counts, the evidence and its limit', async () => {
    await underTraffic(async () => {
      const { status, lines } = await rollout('--within', '2m');
      const last = lines.at(-1);
      expect(last).toMatchObject({ event: 'ended', phase: 'rolled back', weights: { v1: 100, v2: 0 } });
      expect(last?.reason).toMatch(/^the canary has more (final failures|failed attempts)$/);
      expect(last?.metrics.failures?.canary.bad).toBeGreaterThan(0);
      expect(last?.harmLimit).toBe(100);
      expect(status).toBe(3);
    }, 'preview/v2=unavailable:0.3');
    expect(await weightsNow()).toEqual({ v1: 100, v2: 0 });
  }, 150_000);

  it('rolls a version back that is slow, naming latency', async () => {
    await underTraffic(async () => {
      const { status, lines } = await rollout('--within', '2m');
      expect(lines.at(-1)?.reason).toMatch(/^the canary has more responses slower than the baseline/);
      expect(status).toBe(3);
    }, 'preview/v2=delay:300ms');
  }, 150_000);

  it('changes nothing without traffic', async () => {
    const { status, lines } = await rollout('--within', '10s');
    expect(lines.at(-1)).toMatchObject({ phase: 'undecided' });
    expect(status).toBe(4);
    expect(await weightsNow()).toEqual({ v1: 80, v2: 20 });
  }, 60_000);

  it('has one writer: another is refused with the holder and its age; --resume goes on after kill -9', async () => {
    const first = rolloutProcess('--within', '3m');
    await first.next('poll');
    const second = await mesh('rollout', 'preview', 'v2');
    expect(second.status).toBe(1);
    expect(second.stderr).toMatch(/a rollout of preview runs already: v2, since \S+, by \S+, which was active \d+ s ago/);
    process.kill(-(first.child.pid ?? 0), 'SIGKILL');
    await first.ended;
    const before = await weightsNow();
    await expect
      .poll(async () => (await mesh('rollout', 'preview', 'v2')).stderr, { timeout: 40_000, interval: 1_000 })
      .toContain('--resume');
    expect(await weightsNow()).toEqual(before);
    expect((await platform(['status', '--instance', instanceName()])).stdout).toMatch(
      /^rollout {3}preview v2: unattended since \d+ s, v1=80 v2=20/m,
    );
    const resumed = rolloutProcess('--resume', '--within', '3m');
    await resumed.next('poll');
    process.kill(-(resumed.child.pid ?? 0), 'SIGINT');
    expect(await resumed.ended).toBe(1);
  }, 150_000);

  it('pauses where another client edits the route; the edit stands, also when the topology is applied', async () => {
    const running = rolloutProcess('--within', '3m');
    await running.next('poll');
    const route = await target.cluster.read<LiveObject>(virtualService());
    const spec = structuredClone(route?.spec) as { http: { route: { weight?: number }[] }[] };
    const split = spec.http.find(({ route: all }) => all.length > 1)?.route ?? [];
    split.forEach((one, index) => {
      one.weight = index === 0 ? 61 : 39;
    });
    await target.cluster.applyOne({ ...virtualService(), spec } as never, 'kubectl-edit', { force: true });
    expect(await running.next('ended')).toMatchObject({ phase: 'paused', reason: expect.stringContaining('v1=61 v2=39') });
    expect(await running.ended).toBe(4);
    expect((await mesh('apply', '--yes')).status).toBe(0);
    expect(await weightsNow()).toEqual({ v1: 61, v2: 39 });
    expect((await mesh('rollout', 'preview', 'v2', '--abort')).status).toBe(0);
    expect(await weightsNow()).toEqual({ v1: 80, v2: 20 });
  }, 120_000);
});
