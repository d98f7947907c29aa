import type { KubernetesObject, Pod } from '@mesh-platform/kubernetes';
import { probe } from '@mesh-platform/proofs';
import type { RunningTarget } from '@mesh-platform/targets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOn } from '../../src/services/status.ts';
import { NAMESPACE } from '../../src/services/topology.ts';
import { instanceName, platform, runningTarget } from '../support/platform.ts';

/** What a proxy does with a call to a service that it does not know. */
const REFUSED_BY_OWN_PROXY = /^(502|closed)/;
const HTTP_FORBIDDEN = '403';
const GRPC_PERMISSION_DENIED = 'grpc-status 7';

let target: RunningTarget;
const outside = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mesh-outside' } };

beforeAll(async () => {
  target = await runningTarget();
  await target.cluster.apply([outside], 'probe');
});

afterAll(() => target.cluster.delete(outside));

describe('every pod of the platform', () => {
  it('has a sidecar that istiod injected, and no proxy has rejected a configuration', async () => {
    const { pods, rejectedConfigurations } = await reportOn(target);
    expect(pods.map(({ service, version }) => `${service}/${version}`).sort()).toEqual([
      'core/v1',
      'postgres/v1',
      'preview/v1',
      'preview/v2',
      'web/v1',
    ]);
    for (const pod of pods) expect(pod).toMatchObject({ ready: true, sidecar: true });
    expect(rejectedConfigurations).toEqual([]);
  });

  it('refuses plain text at each of its ports, from a pod outside the mesh', async () => {
    const pods = await target.cluster.list<Pod>('v1', 'Pod', NAMESPACE, 'app in (preview, web, core, postgres)');
    const addresses = pods
      .flatMap(({ spec, status }) =>
        (spec?.containers ?? []).flatMap(({ ports = [] }) =>
          ports.map(({ containerPort }) => ({ host: status?.podIP ?? '', port: containerPort })),
        ),
      )
      .filter(({ port }) => port < 15_000); // the proxy's own ports are not the platform's
    expect(addresses.length).toBeGreaterThanOrEqual(6);
    const attempts = addresses.map((address) =>
      address.port === 5432 ? { kind: 'postgres' as const, ...address } : ({ kind: 'http', ...address, path: '/healthz' } as const),
    );
    const words = await probe(target.cluster, { namespace: 'mesh-outside' }, attempts);
    expect(words).toEqual(attempts.map(() => expect.stringMatching(/^closed/)));
  });
});

describe('a caller that the policies name', () => {
  it('reaches its callee: preview → web, web → core, core → postgres', async () => {
    const reach = (serviceAccount: string, callee: string, attempt: Parameters<typeof probe>[2]) =>
      probe(target.cluster, { namespace: NAMESPACE, serviceAccount, egress: [`./${callee}.${NAMESPACE}.svc.cluster.local`] }, attempt);
    const words = await Promise.all([
      reach('preview', 'web', [{ kind: 'http', host: 'web', port: 8080, path: '/documents' }]),
      reach('web', 'core', [{ kind: 'grpc', host: 'core', port: 9090, path: '/path.v1.Path/Get' }]),
      reach('core', 'postgres', [{ kind: 'postgres', host: 'postgres', port: 5432 }]),
    ]);
    expect(words.flat()).toEqual(['200', 'grpc-status 0', 'answer N']);
  });
});

describe('a caller that the policies do not name', () => {
  it('is refused by its own proxy, which does not know the callee', async () => {
    const words = await probe(target.cluster, { namespace: NAMESPACE, serviceAccount: 'preview' }, [
      { kind: 'http', host: 'web', port: 8080, path: '/documents' },
      { kind: 'grpc', host: 'core', port: 9090, path: '/path.v1.Path/Get' },
      { kind: 'postgres', host: 'postgres', port: 5432 },
    ]);
    for (const word of words) expect(word).toMatch(REFUSED_BY_OWN_PROXY);
  });

  it('is denied by the callee where its own proxy lets it through', async () => {
    const egress = ['web', 'core', 'postgres', 'preview'].map((name) => `./${name}.${NAMESPACE}.svc.cluster.local`);
    const attempts = [
      { kind: 'http', host: 'web', port: 8080, path: '/documents' },
      { kind: 'grpc', host: 'core', port: 9090, path: '/path.v1.Path/Get' },
      { kind: 'postgres', host: 'postgres', port: 5432 },
      { kind: 'http', host: 'preview', port: 8080, path: '/' },
    ] as const;
    const words = await probe(target.cluster, { namespace: NAMESPACE, serviceAccount: 'postgres', egress }, attempts);
    expect(words).toEqual([HTTP_FORBIDDEN, GRPC_PERMISSION_DENIED, expect.stringMatching(/^closed/), HTTP_FORBIDDEN]);
  });

  it('reaches Postgres under no identity but core’s', async () => {
    const egress = [`./postgres.${NAMESPACE}.svc.cluster.local`];
    const refused = await Promise.all(
      ['preview', 'web', 'postgres', 'default'].map((serviceAccount) =>
        probe(target.cluster, { namespace: NAMESPACE, serviceAccount, egress }, [{ kind: 'postgres', host: 'postgres', port: 5432 }]),
      ),
    );
    for (const [word] of refused) expect(word).toMatch(/^closed/);
  });

  it('may call the methods that its callee allows it, and no other', async () => {
    const words = await probe(
      target.cluster,
      { namespace: NAMESPACE, serviceAccount: 'web', egress: [`./core.${NAMESPACE}.svc.cluster.local`] },
      [{ kind: 'grpc', host: 'core', port: 9090, path: '/documents.v1.Documents/DropEverything' }],
    );
    expect(words).toEqual([GRPC_PERMISSION_DENIED]);
  });
});

describe('status', () => {
  it('reports weights that split set apart from policies that kubectl changed, and up restores both', async () => {
    const header = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'default', namespace: NAMESPACE } };
    await target.cluster.apply([{ ...header, spec: { mtls: { mode: 'PERMISSIVE' } } } as KubernetesObject], 'kubectl-edit');
    expect(await platform(['mesh', 'split', 'preview', 'v1=100', 'v2=0', '--instance', instanceName()])).toMatchObject({ status: 0 });
    const splits = [{ service: 'preview', weights: { v1: 100, v2: 0 } }];
    expect(await reportOn(target)).toMatchObject({ driftedPolicies: [`PeerAuthentication ${NAMESPACE}/default`], splits });

    const preview = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'edge-preview', namespace: NAMESPACE },
    };
    const spec = (await target.cluster.read(preview))?.spec as { readonly http: readonly object[] };
    const http = spec.http.map((route) => ({ ...route, timeout: '9s' }));
    await target.cluster.applyOne({ ...preview, spec: { ...spec, http } } as KubernetesObject, 'kubectl-edit', { force: true });
    const names = [`PeerAuthentication ${NAMESPACE}/default`, `VirtualService ${NAMESPACE}/edge-preview`];
    expect(await reportOn(target)).toMatchObject({ driftedPolicies: names, splits });

    expect(await platform(['up', '--instance', instanceName()])).toMatchObject({ status: 0 });
    expect(await reportOn(target)).toMatchObject({ driftedPolicies: [], splits: [] });
  });
});

describe('the namespace', () => {
  it('admits no pod that is weaker than Pod Security restricted', async () => {
    const privileged = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'privileged', namespace: NAMESPACE },
      spec: { containers: [{ name: 'privileged', image: 'localhost/any', securityContext: { privileged: true } }] },
    } as KubernetesObject;
    await expect(target.cluster.apply([privileged], 'probe')).rejects.toThrow(/violates PodSecurity "restricted/);
  });
});
