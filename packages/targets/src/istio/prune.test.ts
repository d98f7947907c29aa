import { type Cluster, GATEWAY, ISTIO_NAMESPACE, type KubernetesObject, type LiveObject, nameOf } from '@mesh-platform/kubernetes';
import { expect, it } from 'vitest';
import { pruneIstio } from './prune.ts';

const object = (apiVersion: string, kind: string, namespace: string, name: string, manager = 'ours', operation = 'Apply') =>
  ({ apiVersion, kind, metadata: { name, namespace, managedFields: [{ manager, operation }] } }) as LiveObject;
const gateway = (namespace: string) => object('apps/v1', 'Deployment', namespace, GATEWAY.name);
const role = (namespace: string, manager?: string) => object('rbac.authorization.k8s.io/v1', 'Role', namespace, 'sds', manager);

/** Deletes what a cluster with the objects is left without; gives the names in order. */
async function pruned(live: readonly LiveObject[], wanted: readonly KubernetesObject[]): Promise<readonly string[]> {
  const deleted: string[] = [];
  const cluster = {
    list: async (_version: string, kind: string, namespace: string) =>
      live.filter((one) => one.kind === kind && one.metadata?.namespace === namespace),
    delete: async (one: KubernetesObject) => void deleted.push(nameOf(one)),
  } as unknown as Cluster;
  await pruneIstio(cluster, wanted, 'ours');
  return deleted;
}

it('deletes the gateway and the Role that an older manifest had in istio-system, what serves before what it may do', async () => {
  const old = [role(ISTIO_NAMESPACE), gateway(ISTIO_NAMESPACE)];
  const now = [gateway(GATEWAY.namespace), role(GATEWAY.namespace)];
  expect(await pruned([...old, ...now], now)).toEqual([`Deployment ${ISTIO_NAMESPACE}/${GATEWAY.name}`, `Role ${ISTIO_NAMESPACE}/sds`]);
});

it('leaves what another field manager applied, or a user created', async () => {
  const created = object('apps/v1', 'Deployment', ISTIO_NAMESPACE, GATEWAY.name, 'ours', 'Update');
  expect(await pruned([created, role(ISTIO_NAMESPACE, 'helm')], [])).toEqual([]);
});
