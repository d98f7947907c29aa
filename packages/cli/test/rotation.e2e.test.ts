import { appendFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type KubernetesObject, runningImage } from '@mesh-platform/kubernetes';
import { type RunningTarget, stateFolder } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instanceName, runningTarget } from './support/platform.ts';

const MIB = 1024 ** 2;
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mesh-talkative' } };
let target: RunningTarget;
beforeAll(async () => {
  target = await runningTarget();
  await target.cluster.apply([namespace], 'probe');
});
afterAll(() => target.cluster.delete(namespace));

interface Found {
  readonly name: string;
  readonly bytes: number;
}

const filesOf = async (folder: string, pattern: RegExp): Promise<readonly Found[]> => {
  const names = (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) => pattern.test(name));
  return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(join(folder, name)).catch(() => ({ size: 0 }))).size })));
};

it.concurrent('the kubelet keeps one older file of a container’s output', async () => {
  const image = await runningImage(target.cluster);
  const script = `const lines = ('x'.repeat(1022) + '\\n').repeat(400); setInterval(() => process.stdout.write(lines), 100);`; // 4 MiB/s
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'talker', namespace: 'mesh-talkative' },
    spec: {
      terminationGracePeriodSeconds: 0,
      activeDeadlineSeconds: 120,
      containers: [{ name: 'talker', image, command: ['node', '-e', script] }],
    },
  } as KubernetesObject;
  await target.cluster.apply([pod], 'probe');
  const logs = join(stateFolder(), instanceName(), 'scratch/upper/var/log/pods');
  const older = new Set<string>();
  let most = { files: 0, bytes: 0 };
  const rotations = async () => {
    const found = await filesOf(logs, /^mesh-talkative_talker_.*\/talker\/0\.log/);
    for (const { name } of found) if (/\.log\.\d{8}-\d{6}$/.test(name)) older.add(name);
    const bytes = found.reduce((all, one) => all + one.bytes, 0);
    most = { files: Math.max(most.files, found.length), bytes: Math.max(most.bytes, bytes) };
    return older.size;
  };
  await expect.poll(rotations, { timeout: 110_000, interval: 100 }).toBeGreaterThanOrEqual(4);
  await target.cluster.delete(pod);
  expect(most.files).toBeLessThanOrEqual(3); // the one that is written, the older one, and one that is on its way out
  expect(most.bytes).toBeLessThan(100 * MIB); // 10 MiB twice, and what comes between two looks of the kubelet
}, 130_000);

it.concurrent('the log of a component is emptied when it has grown too large, with a copy next to it', async () => {
  const log = join(stateFolder(), instanceName(), 'logs/kube-scheduler.log');
  await appendFile(log, `${'x'.repeat(1023)}\n`.repeat(6 * 1024));
  const size = async (file: string) => (await stat(file)).size;
  await expect.poll(() => size(log), { timeout: 60_000, interval: 500 }).toBeLessThan(5 * MIB);
  expect(await size(`${log}.1`)).toBeGreaterThanOrEqual(6 * MIB);
}, 90_000);
