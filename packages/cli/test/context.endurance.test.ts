import { GATEWAY, ISTIO_NAMESPACE, type KubernetesObject } from '@mesh-platform/kubernetes';
import { expect, it } from 'vitest';
import { instanceName, platform, runningTarget } from './support/platform.ts';

it('Istio that up installed goes with down, and a cluster without one gets it, in the order that works', async () => {
  const target = await runningTarget();
  const on = (command: string) => platform(['--on', `context:mesh-platform-${instanceName()}`, command], { KUBECONFIG: target.kubeconfig });
  const namespaces = [ISTIO_NAMESPACE, GATEWAY.namespace];
  const deployments = async () => (await Promise.all(namespaces.map((name) => target.cluster.list('apps/v1', 'Deployment', name)))).flat();
  // As if `up --on context:…` had installed what the embedded target did.
  const mark = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mesh-platform-installed', namespace: ISTIO_NAMESPACE } };
  await target.cluster.apply(
    [{ ...mark, data: { manifest: 'local', namespace: 'made', gatewayNamespace: 'made' } } as KubernetesObject],
    'context-test',
  );
  const down = await on('down');
  expect(down.status, down.stderr).toBe(0);
  expect(await deployments()).toEqual([]);
  for (const name of namespaces)
    expect(await target.cluster.read({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }), name).toBeUndefined();

  const up = await on('up');
  expect(up.status, up.stderr).toBe(0);
  expect(up.stderr.indexOf('Istio: control plane')).toBeGreaterThan(-1);
  expect(await deployments()).toHaveLength(2);
  expect((await on('status')).status).toBe(0);
  // The node's own target finds that nothing is left to do.
  expect((await platform(['up', '--instance', instanceName()])).status).toBe(0);
}, 600_000);
