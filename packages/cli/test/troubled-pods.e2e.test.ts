import { type KubernetesObject, messageOf, rolledOut, runningImage } from '@mesh-platform/kubernetes';
import type { RunningTarget } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runningTarget } from './support/platform.ts';

/** One for each: a rollout fails with any pod of its namespace that cannot start. */
const namespaceOf = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `mesh-troubled-${name}` } });
let target: RunningTarget;
let image = '';

beforeAll(async () => {
  target = await runningTarget();
  image = await runningImage(target.cluster);
  await target.cluster.apply(Object.keys(cases).map(namespaceOf), 'probe');
});
afterAll(() => Promise.all(Object.keys(cases).map((name) => target.cluster.delete(namespaceOf(name)))));

const container = { name: 'main', command: ['node', '-e', 'setInterval(() => {}, 1000)'] };
const readinessProbe = { tcpSocket: { port: 81 }, periodSeconds: 1 };
const cases: Readonly<Record<string, { readonly pod: object; readonly words: RegExp }>> = {
  crashes: {
    pod: { containers: [{ ...container, readinessProbe, command: ['node', '-e', 'console.error("no database url"); process.exit(3)'] }] },
    words: /pod crashes-\S+ does not start: container main ended with status 3; its last lines: no database url/,
  },
  'without-a-secret': {
    pod: {
      containers: [{ ...container, volumeMounts: [{ name: 'keys', mountPath: '/keys' }] }],
      volumes: [{ name: 'keys', secret: { secretName: 'nosuch' } }],
    },
    words: /pod without-a-secret-\S+ does not start: MountVolume.SetUp failed for volume "keys" : secret "nosuch" not found/,
  },
  'without-a-variable': {
    pod: { containers: [{ ...container, env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'nosuch', key: 'a' } } }] }] },
    words: /pod without-a-variable-\S+, container main: CreateContainerConfigError, configmap "nosuch" not found/,
  },
  'has-no-node': {
    pod: { containers: [container], nodeSelector: { disk: 'fast' } },
    words: /pod has-no-node-\S+ does not start: 0\/1 nodes are available: 1 node\(s\) didn't match Pod's node affinity\/selector/,
  },
  'has-no-account': {
    pod: { containers: [container], serviceAccountName: 'nosuch' },
    words: /replicaset has-no-account-\S+ does not start: .*serviceaccount "nosuch" not found/,
  },
  'is-never-ready': {
    pod: { containers: [{ ...container, readinessProbe }] },
    words: /pod is-never-ready-\S+ is not ready yet: Readiness probe failed: .*connection refused/,
  },
};

/** An error that ended the wait gives the reason like a line; the one of a timeout gives none. */
const reasonOf = (error: unknown): string => (messageOf(error).includes('not ready within') ? '' : messageOf(error));

const deployment = (name: string, pod: object): KubernetesObject =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: `mesh-troubled-${name}` },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 0, ...withImage(pod) } },
    },
  }) as KubernetesObject;

const withImage = (pod: object): object => {
  const { containers } = pod as { containers: object[] };
  return { ...pod, containers: containers.map((one) => ({ image, ...one })) };
};

it.concurrent.each(Object.entries(cases))(
  'a pod that %s is reported with its reason within 10 s, during the wait',
  async (name, { pod, words }) => {
    const workload = deployment(name, pod);
    const lines: string[] = [];
    const startedAt = performance.now();
    try {
      await target.cluster.apply([workload], 'probe');
      let after: number | undefined;
      const onPodProblem = (line: string) => {
        if (words.test(line)) after ??= performance.now() - startedAt;
        lines.push(line);
      };
      // What waiting does not fix ends the wait at once, with the reason in the error.
      await rolledOut(target.cluster, `mesh-troubled-${name}`, [{ kind: 'Deployment', name }], 10_000, { onPodProblem }).catch((error) =>
        onPodProblem(reasonOf(error)),
      );
      expect(after, lines.join('\n')).toBeLessThan(10_000);
      expect(lines.filter((line) => words.test(line))).toHaveLength(1); // and once
    } finally {
      await target.cluster.delete(workload);
    }
  },
  40_000,
);
