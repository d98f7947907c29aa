import { appendFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { type RunningTarget, stateFolder } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instanceName, runningTarget } from './support/platform.ts';

const MIB = 1024 ** 2;
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'talkative' } };
let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
  await target.cluster.apply([namespace], 'probe');
});
afterAll(() => target.cluster.delete(namespace));

const sizes = async (folder: string, pattern: RegExp): Promise<readonly number[]> => {
  const names = (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) => pattern.test(name));
  return Promise.all(names.map(async (name) => (await stat(join(folder, name)).catch(() => ({ size: 0 }))).size));
};
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

it.concurrent('what a container prints takes 20 MiB at most, and what the kubelet needs until it looks again', async () => {
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web-v1', namespace: 'platform' } };
  const spec = (await target.cluster.read(web))?.spec as { template: { spec: { containers: { image: string }[] } } };
  // 40 MiB in two seconds, then a little: the kubelet looks every ten.
  const script = `const line = 'x'.repeat(1022); let left = 40_960;
    const write = () => { while (left-- > 0) if (!process.stdout.write(line + '\\n')) return process.stdout.once('drain', write); };
    write(); setInterval(() => console.log('still here'), 200);`;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'talker', namespace: 'talkative' },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'talker', image: spec.template.spec.containers[0]?.image ?? '', command: ['node', '-e', script] }],
    },
  } as KubernetesObject;
  await target.cluster.apply([pod], 'probe');
  const logs = join(stateFolder(), instanceName(), 'scratch/upper/var/log/pods');
  let largest = 0;
  const written = async () => {
    const bytes = sum(await sizes(logs, /^talkative_talker_.*\/talker\/0\.log/));
    largest = Math.max(largest, bytes);
    return bytes;
  };
  await expect.poll(written, { timeout: 30_000, interval: 100 }).toBeGreaterThan(11 * MIB);
  await expect.poll(written, { timeout: 60_000, interval: 500 }).toBeLessThan(20 * MIB);
  expect(largest).toBeGreaterThan(20 * MIB); // so something was deleted
}, 120_000);

it.concurrent('the log of a component is emptied when it has grown too large, with a copy beside it', async () => {
  const log = join(stateFolder(), instanceName(), 'logs/kube-scheduler.log');
  await appendFile(log, `${'x'.repeat(1023)}\n`.repeat(6 * 1024));
  const size = async (file: string) => (await stat(file)).size;
  await expect.poll(() => size(log), { timeout: 60_000, interval: 500 }).toBeLessThan(5 * MIB);
  expect(await size(`${log}.1`)).toBeGreaterThanOrEqual(6 * MIB);
}, 90_000);
