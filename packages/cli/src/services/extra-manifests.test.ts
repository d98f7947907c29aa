import { type Cluster, GATEWAY, ISTIO_NAMESPACE, type KubernetesObject, type LiveObject, nameOf, silent } from '@mesh-platform/kubernetes';
import { expect, it } from 'vitest';
import { applyExtraManifests, deleteMoved } from './extra-manifests.ts';

const object = (kind: string, namespace: string, manager = 'mesh-platform') =>
  ({
    apiVersion: 'example.com/v1',
    kind,
    metadata: { name: 'edge', namespace, managedFields: [{ manager, operation: 'Apply' }] },
  }) as LiveObject;

/** What is deleted of a cluster that serves every kind but `Unknown`. */
async function deletedOf(live: readonly LiveObject[], wanted: readonly KubernetesObject[]): Promise<readonly string[]> {
  const deleted: string[] = [];
  const cluster = {
    serves: async (_version: string, kind: string) => kind !== 'Unknown',
    read: async (one: KubernetesObject) => live.find((other) => nameOf(other) === nameOf(one) && !deleted.includes(nameOf(other))),
    deleteAndWait: async (one: KubernetesObject) => void deleted.push(nameOf(one)),
  } as unknown as Cluster;
  await deleteMoved(cluster, wanted);
  return deleted;
}

it('deletes the objects that an older checkout applied next to a gateway in istio-system', async () => {
  const wanted = [object('Certificate', GATEWAY.namespace), object('Issuer', 'platform'), object('Unknown', GATEWAY.namespace)];
  const old = [object('Certificate', ISTIO_NAMESPACE), object('Issuer', ISTIO_NAMESPACE)];
  expect(await deletedOf([...wanted, ...old], wanted)).toEqual([`Certificate ${ISTIO_NAMESPACE}/edge`]);
});

it('leaves objects of other field managers there', async () => {
  const theirs = object('Certificate', ISTIO_NAMESPACE, 'helm');
  expect(await deletedOf([theirs], [object('Certificate', GATEWAY.namespace)])).toEqual([]);
});

it('waits for the jobs before it applies the rest: a service gets a login only once the database knows it', async () => {
  const events: string[] = [];
  const cluster = {
    apply: async (objects: readonly KubernetesObject[]) => void events.push(...objects.map(({ kind }) => `apply ${kind}`)),
    watchUntil: async () => {
      events.push('job complete');
      return { type: 'Complete', status: 'True' };
    },
    serves: async () => false,
  } as unknown as Cluster;
  await applyExtraManifests(
    cluster,
    { objects: [object('ExternalSecret', 'platform')], jobs: new Map([['roles', [object('Job', 'admin')]]]) },
    silent,
  );
  expect(events).toEqual(['apply Job', 'job complete', 'apply ExternalSecret']);
});
