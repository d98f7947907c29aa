import type { LiveObject } from '@mesh-platform/kubernetes';
import { weightsIn } from '@mesh-platform/mesh';
import { underLoad } from '@mesh-platform/proofs/documents';
import type { RunningTarget } from '@mesh-platform/targets';
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
  it('promotes a good version by what its callers counted', { timeout: 300_000, retry: 1 }, async () => {
    const load = await underTraffic(async () => {
      const { status, lines } = await rollout('--steps', '30,50', '--within', '4m');
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

  it('changes nothing without traffic', async () => {
    const { status, lines } = await rollout('--within', '10s');
    expect(lines.at(-1)).toMatchObject({ phase: 'undecided' });
    expect(status).toBe(4);
    expect(await weightsNow()).toEqual({ v1: 80, v2: 20 });
  }, 60_000);
});
