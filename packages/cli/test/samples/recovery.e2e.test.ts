import { Random } from '@mesh-platform/mesh/testing';
import type { RunningTarget } from '@mesh-platform/targets';
import { beforeAll, describe, expect, it } from 'vitest';
import { instanceName, platform, runningTarget } from '../support/platform.ts';
import { AcknowledgedWrites } from './support/acknowledged-writes.ts';
import { seedOfRun } from './support/seed-of-run.ts';
import { killDuringUp, killDuringWrites, recovers } from './support/surviving.ts';

const seed = seedOfRun();
const random = new Random(seed);
let target: RunningTarget;
let writes: AcknowledgedWrites;

beforeAll(async () => {
  console.log(`ENDURANCE_SEED=${seed}`);
  target = await runningTarget();
  writes = new AcknowledgedWrites(target.gatewayUrl);
});

// A sample of the suite `endurance`, which kills at thirty moments.
describe('after a kill, the next up works, with every acknowledged write', () => {
  it('of everything while documents are written; and up prints what it repaired', async () => {
    expect(await killDuringWrites('everything', instanceName(), writes, random.next() * 500)).not.toEqual([]);
    expect(await recovers(instanceName(), writes, 'everything was killed')).toContain(
      'repaired: the node had ended without being stopped; it restarts on its documents',
    );
  }, 120_000);

  it('of a component while documents are written; its supervisor restarts it and status counts it', async () => {
    const victim = random.pick(['etcd', 'containerd', 'kubelet', 'kube-apiserver'] as const);
    const restarts = async () => {
      const { stdout } = await platform(['status', '--json', '--instance', instanceName()]);
      if (stdout === '') return undefined; // the API server is on its way
      const { node } = JSON.parse(stdout) as { node: { name: string; restarts: number; state: string }[] };
      return node.find(({ name }) => name === victim);
    };
    expect(await killDuringWrites(victim, instanceName(), writes, random.next() * 500)).toHaveLength(1);
    await recovers(instanceName(), writes, `${victim} was killed`);
    await expect.poll(restarts, { timeout: 20_000 }).toMatchObject({ state: 'running', restarts: 1 });
  }, 120_000);

  it('of the command while it works', async () => {
    expect(await killDuringUp('the command', instanceName(), 300 + random.next() * 700)).toHaveLength(1);
    await recovers(instanceName(), writes, 'the command was killed');
  }, 120_000);
});

describe('two ups at once', () => {
  it('both succeed, and the second prints the process that it waits for', async () => {
    const both = await Promise.all([0, 1].map(() => platform(['up', '--instance', instanceName()])));
    for (const { status, stderr } of both) expect(status, stderr).toBe(0);
    expect(both.map(({ stderr }) => stderr).join('')).toMatch(
      new RegExp(`waiting for process \\d+ \\(./platform up --instance ${instanceName()}\\), which works on '${instanceName()}'`),
    );
  }, 120_000);
});
