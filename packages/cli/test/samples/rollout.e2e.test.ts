import { type Cluster, type KubernetesObject, rolledOut } from '@mesh-platform/kubernetes';
import { underLoad } from '@mesh-platform/proofs';
import { DocumentTraffic, isAcknowledged, WriteChecker } from '@mesh-platform/proofs/documents';
import { expect, it } from 'vitest';
import { NAMESPACE } from '../../src/services/topology.ts';
import { runningTarget } from '../support/platform.ts';

// One service after the other: at once, the start of four pods and their proxies is what two processors are busy with.
const STEPS = [['preview-v1', 'preview-v2'], ['web-v1'], ['core-v1']];

/** What `kubectl rollout restart` does. */
async function restart(cluster: Cluster, names: readonly string[]): Promise<void> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
  const deployments = names.map((name) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: { template: { metadata: { annotations } } },
  }));
  await cluster.apply(deployments as KubernetesObject[], 'rollout-test');
}

it('a rollout of every service under 50 requests a second, half of them writes, fails no request and loses no write', {
  timeout: 240_000,
}, async () => {
  const { cluster, gatewayUrl } = await runningTarget();
  const podNames = async () => (await cluster.list('v1', 'Pod', NAMESPACE)).map(({ metadata }) => metadata?.name ?? '');
  const before = await podNames();
  const checker = new WriteChecker();
  const traffic = new DocumentTraffic(gatewayUrl, checker);
  const answers = await underLoad(
    { perSecond: 50, atMost: 300 },
    (index) => traffic.request(index),
    async () => {
      for (const names of STEPS) {
        await restart(cluster, names);
        const deployments = names.map((name) => ({ kind: 'Deployment', name }) as const);
        await rolledOut(cluster, NAMESPACE, deployments, 120_000);
      }
      // Complete while the old pods still drain: the rollout ends with the last of them.
      await cluster.watchUntil(`/api/v1/namespaces/${NAMESPACE}/pods`, AbortSignal.timeout(60_000), (pods) => {
        const old = pods.filter(({ metadata }) => before.includes(metadata?.name ?? '') && metadata?.name !== 'postgres-0');
        return old.length === 0 ? true : undefined;
      });
    },
  );
  expect(answers.filter((answer) => !isAcknowledged(answer))).toEqual([]);
  expect(answers.length).toBeGreaterThan(250); // five seconds of it: a rollout takes longer
  expect(checker.keys.size).toBeGreaterThan(50);
  expect(checker.violations(await traffic.documents())).toEqual([]);
});
