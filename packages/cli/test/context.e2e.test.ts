import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject, LiveObject } from '@mesh-platform/kubernetes';
import { ownedLabels } from '@mesh-platform/mesh';
import { type RunningTarget, waitFor } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEnvironment, NAMESPACE } from '../src/services/topology.ts';
import { instanceName, platform, runningTarget } from './support/platform.ts';

// Uses the embedded node as an existing cluster, by its kubeconfig.

let target: RunningTarget;
let folder = '';
const context = () => `context:mesh-platform-${instanceName()}`;
const on = (...args: readonly string[]) => platform(['--on', context(), ...args], { KUBECONFIG: target.kubeconfig });
beforeAll(async () => {
  target = await runningTarget();
  folder = await mkdtemp(join(tmpdir(), 'mesh-platform-context-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('up', () => {
  it('ends as on a target of our own: the first answer comes through the mesh, and nothing is left to do', async () => {
    const up = await on('up', '--json');
    expect(up.status, up.stderr).toBe(0);
    expect(JSON.parse(up.stdout)).toMatchObject({ url: 'http://127.0.0.1:30080', first: expect.stringContaining('port-forward') });
    expect((await on('mesh', 'plan', '--detailed-exitcode')).status).toBe(0);
    expect(JSON.parse((await on('status', '--json')).stdout)).toMatchObject({ driftedPolicies: [], pods: expect.any(Array) });
    expect((await on('doctor')).status).toBe(0);
  }, 200_000);

  it('names the contexts that there are', async () => {
    const { status, stderr } = await platform(['--on', 'context:nosuch', 'up'], { KUBECONFIG: target.kubeconfig });
    expect([status, stderr]).toEqual([
      2,
      `\nplatform: the kubeconfig has no context 'nosuch'\n  → name one of: mesh-platform-${instanceName()}\n`,
    ]);
  });

  it('prints the missing permissions of this user before it changes anything', async () => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'may-look', namespace: 'default' } };
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'may-look' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: 'may-look', namespace: 'default' }],
    };
    await target.cluster.apply([account, binding] as KubernetesObject[], 'context-test');
    try {
      const { stderr, status } = await platform(['--on', 'context:looker', 'up'], { KUBECONFIG: await kubeconfigFor('may-look') });
      expect(status).toBe(1);
      expect(stderr).toMatch(/permissions: may not .*patch deployments\.apps/);
      expect(stderr).toContain('use a kubeconfig whose user may');
      expect(stderr).not.toContain('✓');
    } finally {
      for (const object of [binding, account]) await target.cluster.delete(object);
    }
  }, 60_000);

  it('reports that a server does not answer', async () => {
    const file = join(folder, 'unreachable');
    await writeFile(file, JSON.stringify(kubeconfig({ server: 'https://127.0.0.1:64999' }, {})));
    const { stderr, status } = await platform(['--on', 'context:looker', 'up'], { KUBECONFIG: file });
    expect(status).toBe(1);
    expect(stderr).toMatch(/the API server does not answer: .*\n {2}→ see that the cluster runs and that the kubeconfig is its own/);
  });
});

const kubeconfig = (cluster: object, user: object) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'c', cluster }],
  users: [{ name: 'u', user }],
  contexts: [{ name: 'looker', context: { cluster: 'c', user: 'u' } }],
});

/** A kubeconfig with a token of a service account. */
async function kubeconfigFor(account: string): Promise<string> {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/service-account-token',
    metadata: { name: account, namespace: 'default', annotations: { 'kubernetes.io/service-account.name': account } },
  };
  await target.cluster.apply([secret as KubernetesObject], 'context-test');
  const data = await waitFor(
    'the token',
    async () =>
      (await target.cluster.read<LiveObject & { data?: Record<string, string> }>(secret))?.data?.token && target.cluster.read(secret),
    { timeout: 20_000, every: 100 },
  );
  const { token = '', 'ca.crt': authority = '' } = (data as unknown as { data: Record<string, string> }).data;
  const file = join(folder, account);
  const server = target.cluster.config.getCurrentCluster()?.server;
  const user = { token: Buffer.from(token, 'base64').toString() };
  await writeFile(file, JSON.stringify(kubeconfig({ server, 'certificate-authority-data': authority }, user)));
  return file;
}

describe('down', () => {
  const CLEANUP = 'service.kubernetes.io/load-balancer-cleanup';
  const balanced = (name: string, labels: Readonly<Record<string, string>>): KubernetesObject =>
    ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: NAMESPACE, labels, finalizers: [CLEANUP] },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }], selector: { app: 'absent' } },
    }) as KubernetesObject;

  /** Stands in for a cloud's controller, which the node has none of: it lets a Service go when its load balancer is down. */
  async function cloudTakesDown(service: KubernetesObject): Promise<readonly string[]> {
    const { metadata } = service;
    const marked = async () => ((await target.cluster.read(service))?.metadata?.deletionTimestamp ? true : undefined);
    await waitFor('the deletion of the Service', marked, { timeout: 60_000, every: 100 });
    const pods = await target.cluster.list('v1', 'Pod', NAMESPACE);
    await target.cluster.apply([{ ...service, metadata: { ...metadata, finalizers: [] } }], 'context-test');
    return pods.filter((pod) => !pod.metadata?.deletionTimestamp).map((pod) => pod.metadata?.labels?.app ?? '');
  }

  it('waits for load balancers before anything else, leaves what is not ours, and keeps the documents', async () => {
    const { mesh } = (await localEnvironment()).environment;
    const ours = balanced('ours', ownedLabels(mesh.name));
    const theirs = balanced('theirs', ownedLabels('another-topology'));
    await target.cluster.apply([ours, theirs], 'context-test');
    // #region samples
    const saved = await fetch(`${target.gatewayUrl}/api/documents`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      body: JSON.stringify({ title: 'outlives down', body: '' }),
    });
    const { id } = (await saved.json()) as { readonly id: string };
    // #endregion samples
    try {
      const [down, running] = await Promise.all([on('down'), cloudTakesDown(ours)]);
      expect(down.status, down.stderr).toBe(0);
      expect(running).toEqual(expect.arrayContaining([...mesh.services.keys()]));
      expect(down.stderr).toContain(`Service ${NAMESPACE}/theirs is not ours: its load balancer stays`);
      expect(await target.cluster.read(theirs)).toBeDefined();
      expect(await target.cluster.list('apps/v1', 'Deployment', NAMESPACE)).toEqual([]);
      expect(await target.cluster.list('apps/v1', 'Deployment', 'istio-system')).not.toEqual([]);
      expect((await on('down')).stdout).toBe('nothing was running\n');
    } finally {
      await target.cluster.apply([{ ...theirs, metadata: { ...theirs.metadata, finalizers: [] } }], 'context-test');
      await target.cluster.delete(theirs);
      const up = await on('up');
      expect(up.status, up.stderr).toBe(0);
    }
    // #region samples
    expect((await fetch(`${target.gatewayUrl}/api/documents/${id}`)).status).toBe(200);
    // #endregion samples
  }, 300_000);
});
