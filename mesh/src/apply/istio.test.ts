import { type Cluster, PlatformError } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { ISTIO_RELEASE, inspectIstio, rejectionsIn } from './istio.ts';

interface Fake {
  readonly kinds?: readonly string[];
  readonly istiod?: boolean;
  readonly version?: string;
}

/** A cluster with some kinds, with or without an istiod of a version. Which clusters there are cannot be had here; the real one is in apply.e2e.test.ts. */
const cluster = ({ kinds = ['Gateway', 'VirtualService'], istiod = true, version = `${ISTIO_RELEASE}.2` }: Fake = {}): Cluster =>
  ({
    getText: async (path: string) => (path === '/version' ? '{}' : version),
    serves: async (_apiVersion: string, kind: string) => kinds.includes(kind),
    list: async () => (istiod ? [{ metadata: { name: 'istiod-1', namespace: 'istio-system' }, status: { phase: 'Running' } }] : []),
  }) as unknown as Cluster;

const objects = ['Gateway', 'VirtualService'].map((kind) => ({ apiVersion: 'networking.istio.io/v1', kind }));

test('a cluster with the same release of Istio has nothing to warn of', async () => {
  expect(await inspectIstio(cluster(), objects)).toEqual([]);
});

test('reports a cluster without Istio in one message with a hint', async () => {
  const inspecting = inspectIstio(cluster({ kinds: [] }), objects);
  await expect(inspecting).rejects.toThrow('the cluster has no Istio: none of its CRDs is there');
  await expect(inspecting).rejects.toBeInstanceOf(PlatformError);
});

test('names the kind that the installed CRDs do not have', async () => {
  await expect(inspectIstio(cluster({ kinds: ['Gateway'] }), objects)).rejects.toThrow(
    'the cluster has the CRDs of another Istio release: it has no VirtualService (networking.istio.io/v1)',
  );
});

test('rejects a cluster with CRDs but without an istiod', async () => {
  await expect(inspectIstio(cluster({ istiod: false }), objects)).rejects.toThrow('no istiod runs in the cluster');
});

test('an istiod of another release is a warning', async () => {
  expect(await inspectIstio(cluster({ version: '1.24.3-abc' }), objects)).toEqual([
    `istiod is Istio 1.24.3-abc, the objects were made for ${ISTIO_RELEASE}: upgrade istiod and its CRDs together`,
  ]);
});

test('1.3 is another release than 1.31', async () => {
  expect(await inspectIstio(cluster({ version: '1.3.1' }), objects)).toHaveLength(1);
});

test('objects that are not Istio’s need no Istio', async () => {
  expect(await inspectIstio(cluster({ kinds: [], istiod: false }), [{ apiVersion: 'v1', kind: 'Service' }])).toEqual([]);
});

test('reads the last rejection of each proxy from istiod’s sync status', () => {
  const resources = { listener: { sent: '2', acked: '1', lastError: 'no.such.filter\n' }, cluster: { sent: '1', acked: '1' } };
  const answer = [{ proxy: 'web-1.shop', resources }, { proxy: 'back-1.shop', resources: {} }, {}];
  expect(rejectionsIn(JSON.stringify(answer))).toEqual([{ proxy: 'web-1.shop', words: 'no.such.filter' }]);
});
