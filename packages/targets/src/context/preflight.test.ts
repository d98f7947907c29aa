import type { Cluster, KubernetesObject } from '@mesh-platform/kubernetes';
import { expect, test } from 'vitest';
import { inspectCluster, webhookAnswer } from './preflight.ts';

interface Answers {
  readonly minor?: string;
  readonly nodes?: readonly string[];
  readonly denied?: readonly string[];
  readonly release?: string;
  readonly revision?: string;
  readonly istio?: boolean;
  readonly webhook?: string | undefined;
  readonly storage?: 'a class' | 'a default class' | 'a volume';
}

const denied = 'admission webhook "validation.istio.io" denied the request: wildcard host';

/** A cluster with the given answers. */
function clusterThat(answers: Answers): Cluster {
  const { minor = '36', nodes = ['linux/amd64'], denied: no = [], release = '1.31.0', revision, istio = true, storage } = answers;
  const labels = revision ? { 'istio.io/rev': revision } : {};
  const node = (kind: string) => {
    const [operatingSystem, architecture] = kind.split('/');
    return { status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { operatingSystem, architecture } } };
  };
  const lists: Record<string, unknown[]> = {
    Node: nodes.map(node),
    Deployment: istio ? [{ metadata: { name: 'istiod', labels } }] : [],
    StorageClass:
      storage === 'a default class'
        ? [{ metadata: { name: 'gp3', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } }]
        : storage === 'a class'
          ? [{ metadata: { name: 'gp3' } }]
          : [],
    PersistentVolume: storage === 'a volume' ? [{ metadata: { name: 'data' } }] : [],
    Pod: istio ? [{ metadata: { name: 'istiod-1', labels } }] : [],
  };
  const review = ({ spec }: KubernetesObject & { spec: { resourceAttributes: { resource: string } } }) => ({
    status: { allowed: !no.includes(spec.resourceAttributes.resource) },
  });
  return {
    getText: async (path: string) =>
      path === '/version' ? JSON.stringify({ gitVersion: `v1.${minor}.0`, minor }) : release && `${release}-abc-Clean`,
    list: async (_version: string, kind: string) => lists[kind] ?? [],
    create: async (object: never) => review(object),
    dryRun: async () => ('webhook' in answers ? answers.webhook : denied),
    config: { getCurrentCluster: () => ({ server: 'https://cluster' }) },
  } as unknown as Cluster;
}

const missing = async (answers: Answers) =>
  (await inspectCluster(clusterThat(answers))).filter(({ state }) => state === 'missing').map(({ what, detail }) => `${what}: ${detail}`);

test('reports nothing for a cluster that has everything, with Istio and without', async () => {
  expect(await missing({})).toEqual([]);
  expect(await missing({ minor: '33+', nodes: ['windows/amd64', 'linux/arm64'], istio: false })).toEqual([]);
});

test.each<[string, Answers, string]>([
  ['is too old', { minor: '32' }, 'API server: Kubernetes v1.32.0'],
  ['has only Windows', { nodes: ['windows/amd64'] }, 'nodes: 1 ready (windows/amd64)'],
  ['has no node', { nodes: [] }, 'nodes: none is ready'],
  [
    'lets this user change no policy',
    { denied: ['authorizationpolicies'] },
    'permissions: may not patch authorizationpolicies.security.istio.io',
  ],
  ['runs another Istio', { release: '1.29.2' }, 'Istio: 1.29.2, revision default'],
  ['does not report its Istio version', { release: '' }, 'Istio: an unknown release, revision default'],
  ['injects by another revision', { revision: 'canary' }, 'Istio: 1.31.0, revision canary'],
  [
    'keeps the webhook’s port closed',
    { webhook: 'failed calling webhook "validation.istio.io": context deadline exceeded' },
    'webhook: failed calling',
  ],
  ['asks no webhook', { webhook: undefined }, 'webhook: no webhook of Istio looked at an object'],
])('refuses a cluster that %s, with a hint', async (_what, answers, message) => {
  expect((await missing(answers)).join('\n')).toContain(message);
  for (const { state, hint } of await inspectCluster(clusterThat(answers))) if (state === 'missing') expect(hint).toBeTruthy();
});

test('what is needed to install Istio is asked for only where it is to be installed', async () => {
  const clusterWide = { denied: ['customresourcedefinitions'] };
  expect(await missing(clusterWide)).toEqual([]);
  expect(await missing({ ...clusterWide, istio: false })).toEqual([
    'permissions: may not patch customresourcedefinitions.apiextensions.k8s.io',
  ]);
});

test('distinguishes a webhook that is not reached from one that refuses', async () => {
  expect(await webhookAnswer(clusterThat({}))).toBeUndefined();
  expect(await webhookAnswer(clusterThat({ webhook: 'failed calling webhook "validation.istio.io"' }))).toContain('failed calling');
});

test.each([
  ['a default class', 'ok', 'of the storage class gp3'],
  ['a volume', 'ok', '1 made by hand'],
  ['a class', 'note', 'no default storage class'],
  [undefined, 'note', 'no default storage class'],
] as const)('where it has %s for volumes, that is %s', async (storage, state, detail) => {
  const findings = await inspectCluster(clusterThat(storage ? { storage } : {}));
  expect(findings.find(({ what }) => what === 'volumes')).toMatchObject({ state, detail: expect.stringContaining(detail) });
});
