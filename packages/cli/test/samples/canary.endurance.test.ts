import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout, type RunningTarget, run } from '@mesh-platform/targets';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { instanceName, platform, runningTarget } from '../support/platform.ts';
import { endRollouts, type RolloutLine, RunningRollout, underTraffic, weightsNow } from './support/canary.ts';
import { copyOfCheckout } from './support/checkout-copy.ts';

let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
  await endRollouts(); // of a run that was interrupted
}, 120_000);
afterEach(endRollouts, 60_000);

const linesOf = (text: string): readonly RolloutLine[] => text.trim().split('\n').map((line) => JSON.parse(line) as RolloutLine); // biome-ignore format: one step

describe('mesh rollout', () => {
  // At the floor of 1 %, half of the good versions take three minutes at this rate, and one of ten more than six: the page has the table.
  it('promotes a good version by what its callers counted', async () => {
    const load = await underTraffic(target, async () => {
      const { status, last } = await new RunningRollout('--steps', '30,50', '--floor', '5%', '--within', '5m').result();
      expect(last).toMatchObject({ event: 'ended', phase: 'promoted', weights: { v1: 0, v2: 100 } });
      expect(status).toBe(0);
      expect(last?.metrics.failures?.canary.requests).toBeGreaterThan(100);
    });
    expect(load.failed).toBeLessThan(load.sent / 50);
    expect(await weightsNow(target)).toEqual({ v1: 0, v2: 100 });
  }, 330_000);

  it('rolls a version back of which 3 % fail, with the counts, the evidence and its limit, and lets no more requests fail than its weight', async () => {
    const work = async () => {
      const { status, last } = await new RunningRollout('--steps', '20', '--within', '5m').result();
      expect(last).toMatchObject({ event: 'ended', phase: 'rolled back', weights: { v1: 100, v2: 0 } });
      expect(last?.reason).toMatch(/^the canary has more (final failures|failed attempts)$/);
      expect(last?.metrics.failures?.canary.bad).toBeGreaterThan(0);
      expect(last?.harmLimit).toBe(100);
      expect(status).toBe(3);
    };
    const { sent, failed } = await underTraffic(target, work, { fault: 'preview/v2=unavailable:0.03', perSecond: 50 });
    const expected = sent * 0.2 * 0.03;
    console.log(`${failed} of ${sent} requests failed, ${expected.toFixed(1)} expected at 20 % of the traffic`);
    expect(Math.abs(failed - expected)).toBeLessThan(4 * Math.sqrt(expected) + 1);
    expect(await weightsNow(target)).toEqual({ v1: 100, v2: 0 });
  }, 330_000);

  it('promotes a good version by its own probes where there is no traffic, names them, and saves the weights in the file', async () => {
    const copy = await copyOfCheckout();
    try {
      const args = [
        'mesh',
        'rollout',
        'preview',
        'v2',
        '--steps',
        '50',
        '--floor',
        '5%',
        '--probe',
        '40/s',
        '--within',
        '4m',
        '--save',
        '--json',
      ];
      const text = await run(join(copy.folder, 'platform'), [...args, '--instance', instanceName()], { timeout: 290_000 });
      const last = linesOf(text).at(-1);
      expect(last).toMatchObject({ phase: 'promoted', probe: { url: `${target.gatewayUrl}/api/path`, perSecond: 40 } });
      expect(await readFile(join(copy.folder, 'platform.mesh.ts'), 'utf8')).toContain('preview: { v1: 0, v2: 100 }');
    } finally {
      await copy.remove();
    }
  }, 300_000);

  it('fails the job of the page about pipelines where the version is bad, with one event a line', async () => {
    const page = await readFile(join(checkout, 'docs/how-to/roll-out-from-a-pipeline.md'), 'utf8');
    const [, written = ''] = /- run: \.\/platform (.*--on context:production)$/m.exec(page) ?? [];
    const command = written.replace('context:production', `context:mesh-platform-${instanceName()}`).split(' ');
    const work = async () => {
      const { status, stdout } = await platform(command, { KUBECONFIG: target.kubeconfig });
      expect(status).toBe(3);
      const lines = linesOf(stdout);
      expect(lines[0]).toMatchObject({ event: 'started', phase: 'running' });
      expect(lines.at(-1)).toMatchObject({ event: 'ended', phase: 'rolled back', weights: { v1: 100, v2: 0 }, harmLimit: 100 });
    };
    await underTraffic(target, work, { fault: 'preview/v2=unavailable:0.3' });
  }, 330_000);

  it('changes nothing without traffic', async () => {
    const { status, last } = await new RunningRollout('--within', '10s').result();
    expect(last).toMatchObject({ phase: 'undecided' });
    expect(status).toBe(4);
    expect(await weightsNow(target)).toEqual({ v1: 80, v2: 20 });
  }, 60_000);
});
