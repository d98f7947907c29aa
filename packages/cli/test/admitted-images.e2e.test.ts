import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputsOf } from '@mesh-platform/infra';
import { type Cluster, type KubernetesObject, type Pod, readManifest, silent } from '@mesh-platform/kubernetes';
import { checkout, type RunningTarget, run, tool, waitFor } from '@mesh-platform/targets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runningTarget } from './support/platform.ts';

const NAMESPACE = `admitted-images-${crypto.randomUUID().slice(0, 8)}`;
const DIGEST = `sha256:${'a'.repeat(64)}`;
const namespace: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };

let target: RunningTarget;
let cluster: Cluster;
let ours: string;
let policies: readonly KubernetesObject[];

/** A pod that no node takes. */
const podOf = (image: string, more: object = {}): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'one', namespace: NAMESPACE },
    spec: { nodeSelector: { no: 'node' }, containers: [{ name: 'one', image }], ...more },
  }) as KubernetesObject;

beforeAll(async () => {
  target = await runningTarget();
  ({ cluster } = target);
  const [repository = ''] = Object.values((await outputsOf('eks-dev')).repositories);
  ours = `${repository}@${DIGEST}`;
  // As they are rendered, but for a namespace of this test, next to those of an environment on EKS.
  const rendered = (await readManifest(join(checkout, 'deploy/eks-dev/aws.yaml'))).filter(({ kind = '' }) =>
    kind.startsWith('ValidatingAdmissionPolicy'),
  );
  policies = JSON.parse(
    JSON.stringify(rendered)
      .replaceAll('"admitted-images"', `"${NAMESPACE}"`)
      .replace(/"values":\[[^\]]+\]/, `"values":["${NAMESPACE}"]`),
  );
  expect(policies).toHaveLength(2);
  await cluster.apply([namespace], 'e2e');
  await cluster.apply(policies, 'e2e');
  await waitFor('the policy of images to be in force', async () => (await cluster.dryRun(podOf('nginx')))?.includes('are admitted'), {
    timeout: 60_000,
  });
}, 90_000);

afterAll(async () => {
  for (const object of [...policies, namespace]) await cluster.delete(object);
});

it.each([
  ['the pipeline pushed', () => podOf(ours)],
  ['Istio publishes', () => podOf(ours, { initContainers: [{ name: 'two', image: 'docker.io/istio/proxyv2:1.31.0' }] })],
])('the API server admits images that %s', async (_, pod) => {
  expect(await cluster.dryRun(pod())).toBeUndefined();
});

it.each([
  ['an image of another registry', () => podOf('docker.io/library/nginx')],
  ['an image whose registry has ours in its path', () => podOf(`example.com/${ours}`)],
  ['such an image of an init container', () => podOf(ours, { initContainers: [{ name: 'two', image: 'nginx' }] })],
])('the API server refuses %s', async (_, pod) => {
  expect(await cluster.dryRun(pod())).toContain('only images of ');
});

it('the API server refuses an image of kubectl debug', async () => {
  await cluster.apply([podOf(ours)], 'e2e');
  const { metadata, spec } = (await cluster.read<Pod>(podOf(ours))) ?? {};
  const folder = await mkdtemp(join(tmpdir(), 'mesh-platform-debug-'));
  try {
    const file = join(folder, 'pod.json');
    const debug = async (image: string) => {
      const debugged = {
        ...podOf(ours),
        metadata: { ...metadata, resourceVersion: undefined },
        spec: { ...spec, ephemeralContainers: [{ name: 'debug', image }] },
      };
      await writeFile(file, JSON.stringify(debugged));
      const path = `/api/v1/namespaces/${NAMESPACE}/pods/one/ephemeralcontainers?dryRun=All`;
      return run(await tool('kubectl', silent), ['replace', '--raw', path, '-f', file], {
        env: { ...process.env, KUBECONFIG: target.kubeconfig },
        timeout: 30_000,
      });
    };
    await expect(debug('docker.io/library/busybox')).rejects.toThrow('only images of ');
    await expect(debug(ours)).resolves.toContain('"ephemeralContainers"');
  } finally {
    await rm(folder, { recursive: true });
  }
});
