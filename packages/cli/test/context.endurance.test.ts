import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { expect, it } from 'vitest';
import { instanceName, platform, runningTarget } from './support/platform.ts';

it('Istio that up installed goes with down, and a cluster without one gets it, in the order that works', async () => {
  const target = await runningTarget();
  const on = (command: string) => platform(['--on', `context:mesh-platform-${instanceName()}`, command], { KUBECONFIG: target.kubeconfig });
  const deployments = () => target.cluster.list('apps/v1', 'Deployment', 'istio-system');
  // As if `up --on context:…` had installed what the embedded target did.
  const mark = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mesh-platform-installed', namespace: 'istio-system' } };
  await target.cluster.apply([{ ...mark, data: { manifest: 'local', namespace: 'made' } } as KubernetesObject], 'context-test');
  const down = await on('down');
  expect(down.status, down.stderr).toBe(0);
  expect(await deployments()).toEqual([]);
  expect(await target.cluster.read({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } })).toBeUndefined();

  const up = await on('up');
  expect(up.status, up.stderr).toBe(0);
  expect(up.stderr.indexOf('Istio: control plane')).toBeGreaterThan(-1);
  expect(await deployments()).toHaveLength(2);
  expect((await on('status')).status).toBe(0);
  // The node's own target finds that nothing is left to do.
  expect((await platform(['up', '--instance', instanceName()])).status).toBe(0);
}, 600_000);
