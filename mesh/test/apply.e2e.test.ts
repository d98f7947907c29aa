import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, type KubernetesObject, type LiveObject, type Progress } from '@mesh-platform/kubernetes';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { apply } from '../src/apply/apply.ts';
import { Rejections } from '../src/apply/istio.ts';
import { type Desired, isInSync, type Plan, plan, policiesIn } from '../src/apply/plan.ts';
import { applyCommand } from '../src/commands/apply.ts';
import { FIELD_MANAGER, ownedLabels } from '../src/object.ts';
import { connect, deleteNamespace, nodeImage, removeNamespace } from './support/cluster.ts';
import { askCaller, failuresIn, requests, requestsSince, total } from './support/requests.ts';
import { type SmallTopology, smallTopology } from './support/small-topology.ts';

const NAMESPACE = 'mesh-apply';
const NETWORKING = 'networking.istio.io/v1';
vi.setConfig({ testTimeout: 120_000 }); // bounds for a busy machine; each wait inside has its own
const cluster = connect();
let image = '';
let folder = '';

const desired = (options: Partial<SmallTopology> = {}): Desired =>
  smallTopology({ namespace: NAMESPACE, image, weights: { v1: 100 }, ...options });
const header = (kind: string, name: string, apiVersion = NETWORKING): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: NAMESPACE },
});
const declared = (kind: string, name: string): KubernetesObject => {
  const found = desired().objects.find((object) => object.kind === kind && object.metadata?.name === name);
  if (!found) throw new Error(`the topology has no ${kind} ${name}`);
  return found;
};
/** The object with another timeout on each route, as another client would write it. */
const withTimeout = (name: string, timeout: string): KubernetesObject => {
  const object = declared('VirtualService', name) as { spec: { http: object[] } };
  return { ...object, spec: { ...object.spec, http: object.spec.http.map((route) => ({ ...route, timeout })) } } as KubernetesObject;
};
const timeoutOf = async (name: string): Promise<unknown> =>
  ((await cluster.read(header('VirtualService', name)))?.spec?.http as { timeout: string }[] | undefined)?.[1]?.timeout;
const changed = ({ objects }: Plan) =>
  objects.filter(({ action }) => action !== 'unchanged').map(({ action, object }) => `${action} ${object.kind} ${object.metadata?.name}`);

beforeAll(async () => {
  await removeNamespace(cluster, NAMESPACE);
  image = await nodeImage(cluster);
  folder = await mkdtemp(join(tmpdir(), 'mesh-apply-'));
  await apply(cluster, desired());
});

afterAll(async () => {
  await deleteNamespace(cluster, NAMESPACE);
  await rm(folder, { recursive: true, force: true });
});

it('has nothing to do where it has just applied', async () => {
  const found = await plan(cluster, desired());
  expect(changed(found)).toEqual([]);
  expect(found.objects).toHaveLength(desired().objects.length);
  expect(found.warnings).toEqual([]);
});

describe('a change by another client', () => {
  it('is reverted where kubectl changed a declared field, but only after confirmation', async () => {
    await cluster.applyOne(withTimeout('back', '9s'), 'kubectl-edit', { force: true });
    const [drifted] = (await plan(cluster, desired())).objects.filter(({ action }) => action !== 'unchanged');
    expect(drifted).toMatchObject({ action: 'update', object: { kind: 'VirtualService' }, overriddenManagers: ['kubectl-edit'] });
    expect(drifted?.changes).toContainEqual({ path: 'spec.http[back].timeout', before: '9s', after: '3s' });
    await expect(applyCommand(cluster, desired())).rejects.toThrow(
      `apply would revert the changes of kubectl-edit to VirtualService ${NAMESPACE}/back`,
    );
    expect(await timeoutOf('back')).toBe('9s');
    const { output, exitCode } = await applyCommand(cluster, desired(), { yes: true });
    expect(output).toContain('spec.http[back].timeout: 9s → 3s');
    expect(exitCode).toBe(0);
    expect(await timeoutOf('back')).toBe('3s');
    expect(isInSync(await plan(cluster, desired()))).toBe(true);
  });

  it('is reverted where it was a deletion', async () => {
    await cluster.delete(header('AuthorizationPolicy', 'back', 'security.istio.io/v1'));
    expect(changed(await plan(cluster, desired()))).toEqual(['create AuthorizationPolicy back']);
    await apply(cluster, desired());
    expect(isInSync(await plan(cluster, desired()))).toBe(true);
  });

  it('is reported and kept where another controller owns the field', async () => {
    await cluster.applyOne(withTimeout('edge', '7s'), 'argo-rollouts', { force: true });
    const { output, exitCode } = await applyCommand(cluster, desired({ timeout: '4s' }), { yes: true });
    expect(output).toMatch(/! conflict VirtualService mesh-apply\/edge\n(.*\n)*? {4}conflict: \.spec\.http belongs to argo-rollouts/);
    expect(exitCode).toBe(1);
    expect([await timeoutOf('edge'), await timeoutOf('back')]).toEqual(['7s', '4s']);
    await cluster.applyOne(declared('VirtualService', 'edge'), FIELD_MANAGER, { force: true });
  });

  it('stays where it is a field or a label that the topology does not declare', async () => {
    const service = { ...header('Service', 'back', 'v1'), spec: { sessionAffinity: 'ClientIP' } } as KubernetesObject;
    await cluster.applyOne({ ...service, metadata: { ...service.metadata, labels: { team: 'documents' } } }, 'helm', { force: true });
    await apply(cluster, desired());
    const kept = await cluster.read(header('Service', 'back', 'v1'));
    expect(kept?.metadata?.labels?.team).toBe('documents');
    expect(kept?.spec?.sessionAffinity).toBe('ClientIP');
    expect(isInSync(await plan(cluster, desired()))).toBe(true);
  });

  it('is pruned where it has this topology’s labels, and stays where it has another’s', async () => {
    const route = (name: string, topology: string) =>
      ({
        ...header('VirtualService', name),
        metadata: { name, namespace: NAMESPACE, labels: ownedLabels(topology) },
        spec: { hosts: [`${name}.test`], http: [{ name, route: [{ destination: { host: 'back' } }] }] },
      }) as KubernetesObject;
    await cluster.apply([route('stale', 'small'), route('theirs', 'other')], FIELD_MANAGER);
    expect(changed(await plan(cluster, desired()))).toEqual(['delete VirtualService stale']);
    await apply(cluster, desired());
    expect(await cluster.read(header('VirtualService', 'stale'))).toBeUndefined();
    expect(await cluster.read(header('VirtualService', 'theirs'))).toBeDefined();
    const theirs = { ...desired({ name: 'other' }), objects: [declared('Gateway', 'edge')] };
    expect((await plan(cluster, theirs)).objects[0]).toMatchObject({ action: 'conflict', conflicts: [{ manager: 'the topology small' }] });
    await cluster.delete(header('VirtualService', 'theirs'));
  });
});

it('applies only policies with policiesOnly, and keeps the workloads and what skaffold deployed', async () => {
  const labels = ownedLabels(desired().topology);
  const service = { ...header('Service', 'theirs', 'v1'), spec: { ports: [{ port: 80 }] } };
  const policy = { ...header('Sidecar', 'stale'), spec: { egress: [{ hosts: ['./*'] }] } };
  const runId = { 'skaffold.dev/run-id': 'a' };
  const skaffolds = { ...header('ConfigMap', 'skaffolds', 'v1'), data: {} };
  const labelled = (object: KubernetesObject, more = {}) => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...labels, ...more } },
  });
  await cluster.apply([labelled(service), labelled(policy), labelled(skaffolds, runId)] as KubernetesObject[], 'another');
  await apply(cluster, policiesIn(desired()));
  expect(await cluster.read(policy)).toBeUndefined();
  expect(await cluster.read(service)).toBeDefined();
  await apply(cluster, desired());
  expect(await cluster.read(service)).toBeUndefined();
  expect(await cluster.read(skaffolds)).toBeDefined();
  await cluster.delete(skaffolds);
});

it('is finished by the next run wherever it was interrupted', async () => {
  const namespace = 'mesh-apply-interrupted';
  const policies = (weights: Readonly<Record<string, number>>): Desired => {
    const whole = smallTopology({ namespace, image, weights, callers: false });
    return { ...whole, objects: whole.objects.filter(({ kind }) => kind !== 'Deployment') };
  };
  const stale = {
    ...header('VirtualService', 'stale'),
    metadata: { name: 'stale', namespace, labels: ownedLabels('small') },
    spec: { hosts: ['stale.test'], http: [{ route: [{ destination: { host: 'back' } }] }] },
  } as KubernetesObject;
  const interruptions: string[] = [];
  await removeNamespace(cluster, namespace);
  try {
    for (let step = 0, wasEnded = true; wasEnded; step++) {
      await apply(cluster, policies({ v1: 80, v2: 20 }));
      await cluster.apply([stale], FIELD_MANAGER);
      const run = interruptedAt(step);
      wasEnded = await apply(cluster, policies({ v1: 100 }), run).then(
        () => false,
        (error: unknown) => String(error).includes('interrupted here') || Promise.reject(error),
      );
      if (!wasEnded) break;
      interruptions.push(run.title());
      await apply(cluster, policies({ v1: 100 }));
      expect(changed(await plan(cluster, policies({ v1: 100 })))).toEqual([]);
    }
  } finally {
    await deleteNamespace(cluster, namespace);
  }
  expect(interruptions).toEqual([
    'subsets, and policies that open',
    'routes to what runs already',
    'subsets that no route names any more',
    'every proxy is in sync with the topology',
    'VirtualService, no longer declared',
    'every proxy is in sync after pruning',
  ]);
}, 240_000);

/** Interrupts the run at the start of its n-th step, and returns the title of that step. */
function interruptedAt(step: number): { progress: Progress; signal: AbortSignal; title: () => string } {
  const interruption = new AbortController();
  const begun: string[] = [];
  return {
    signal: interruption.signal,
    title: () => begun.at(-1) ?? '',
    progress: {
      step: (title, work) => {
        if (begun.push(title) > step) interruption.abort(new Error('interrupted here'));
        return work(() => {});
      },
      print: () => {},
    },
  };
}

it('loses no request while a version is added, gets all traffic and is removed', async () => {
  await requestsSince(cluster, NAMESPACE);
  await apply(cluster, desired({ weights: { v1: 50, v2: 50 } }));
  const both = await requests(cluster, NAMESPACE, 200);
  await apply(cluster, desired({ weights: { v2: 100 } }));
  const shifting = await requestsSince(cluster, NAMESPACE);
  const last = await requests(cluster, NAMESPACE, 200);
  expect([both, shifting, last].map(failuresIn)).toEqual([{}, {}, {}]);
  expect(Object.keys(both).sort()).toEqual(['v1', 'v2']);
  expect(Object.keys(last)).toEqual(['v2']);
  expect(total(both) + total(shifting) + total(last)).toBeGreaterThan(500);
  expect(await cluster.read(header('Deployment', 'back-v1', 'apps/v1'))).toBeUndefined();
});

it('leaves no connection under the previous policies, and loses no request meanwhile', async () => {
  const allowed = desired({ weights: { v2: 100 }, echo: true });
  const ask = <T>(path: string) => askCaller<T>(cluster, NAMESPACE, 'caller', path);
  const seen = async () => ({ statuses: [...new Set(await ask<number[]>('/parallel'))], connection: await ask<string>('/echo') });
  await apply(cluster, allowed);
  expect(await seen()).toEqual({ statuses: [200], connection: 'echo' });
  await requestsSince(cluster, NAMESPACE);
  expect((await apply(cluster, desired({ weights: { v2: 100 }, onlyRoot: true }))).draining).toEqual([]);
  expect(await seen()).toEqual({ statuses: [403], connection: 'closed' });
  await apply(cluster, allowed);
  expect(await seen()).toEqual({ statuses: [200], connection: 'echo' });
  expect(failuresIn(await requestsSince(cluster, NAMESPACE))).toEqual({});
});

describe('prints a message with a hint', () => {
  it('of a proxy that rejects its configuration, with its name and its reason', async () => {
    const filter = rejected();
    await cluster.apply([filter], 'kubectl');
    const failing = apply(cluster, desired({ weights: { v2: 100 }, timeout: '4s' }));
    await expect(failing).rejects.toThrow(/^proxy back-v2-\S+\.mesh-apply rejects its configuration: .*no\.such\.filter/);
    await expect(failing).rejects.toMatchObject({ hint: expect.stringContaining('EnvoyFilter') });
    const rejections = new Rejections(cluster);
    onTestFinished(() => rejections.close());
    const rejecting = async () =>
      (await rejections.read(AbortSignal.timeout(10_000)))?.map(({ proxy }) => proxy).filter((proxy) => proxy.endsWith(`.${NAMESPACE}`));
    expect(await rejecting()).toContainEqual(expect.stringMatching(/^back-v2-/));
    await cluster.delete(filter);
    await apply(cluster, desired({ weights: { v2: 100 } }));
    await expect.poll(rejecting, { timeout: 10_000 }).toEqual([]); // one that was fixed is none
  });

  it('of a field that the CRDs of the cluster do not have', async () => {
    const [first] = desired().objects.filter(({ kind }) => kind === 'Gateway');
    const unknown = { ...desired(), objects: [{ ...first, spec: { ...(first?.spec as object), banana: true } }] };
    await expect(plan(cluster, unknown)).rejects.toThrow(/^Gateway mesh-apply\/edge was refused: .*banana/);
    await expect(plan(cluster, unknown)).rejects.toMatchObject({ hint: expect.stringContaining('another Istio release') });
  });

  it('of a namespace that is not there and that no object makes', async () => {
    const nowhere = smallTopology({ namespace: 'nowhere', image, weights: { v1: 100 } });
    const without = { ...nowhere, objects: nowhere.objects.filter(({ kind }) => kind !== 'Namespace') };
    await expect(plan(cluster, without)).rejects.toThrow('there is no namespace nowhere');
  });

  it('of a service account without permissions', async () => {
    const outsider = await asServiceAccount('outside');
    await expect(plan(outsider, desired())).rejects.toThrow(/not permitted: .*system:serviceaccount:mesh-apply:outside/);
    await expect(plan(outsider, desired())).rejects.toMatchObject({ hint: expect.stringContaining('role') });
  });

  it('of an API server that does not answer', async () => {
    const unreachable = await withUser({}, 'https://127.0.0.1:65535');
    await expect(plan(unreachable, desired())).rejects.toThrow('the API server does not answer: connect ECONNREFUSED 127.0.0.1:65535');
  });
});

/** Every Envoy rejects it: there is no such filter. */
const rejected = (): KubernetesObject =>
  ({
    ...header('EnvoyFilter', 'refused', 'networking.istio.io/v1alpha3'),
    spec: {
      workloadSelector: { labels: { app: 'back' } },
      configPatches: [
        {
          applyTo: 'HTTP_FILTER',
          match: {
            context: 'SIDECAR_INBOUND',
            listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager' } } },
          },
          patch: {
            operation: 'INSERT_BEFORE',
            value: {
              name: 'no.such.filter',
              typed_config: {
                '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
                type_url: 'type.googleapis.com/no.such.Filter',
                value: {},
              },
            },
          },
        },
      ],
    },
  }) as KubernetesObject;

/** The cluster as a service account without any role sees it. */
async function asServiceAccount(name: string): Promise<Cluster> {
  const secret = { ...header('Secret', 'token', 'v1'), type: 'kubernetes.io/service-account-token' } as KubernetesObject;
  await cluster.apply(
    [{ ...secret, metadata: { ...secret.metadata, annotations: { 'kubernetes.io/service-account.name': name } } }],
    'test',
  );
  const token = await cluster.watchUntil(`/api/v1/namespaces/${NAMESPACE}/secrets`, AbortSignal.timeout(20_000), (secrets) =>
    secrets.map((found) => (found as LiveObject & { data?: { token?: string } }).data?.token).find(Boolean),
  );
  return withUser({ token: Buffer.from(token, 'base64').toString() });
}

async function withUser(user: object, server = cluster.config.getCurrentCluster()?.server): Promise<Cluster> {
  const authority = cluster.config.getCurrentCluster()?.caData;
  const file = join(folder, `kubeconfig-${Object.keys(user).join()}`);
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'one', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: 'one', user }],
    contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
    'current-context': 'one',
  };
  await writeFile(file, JSON.stringify(kubeconfig), { mode: 0o600 });
  return Cluster.fromKubeconfig(file);
}
