import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GATEWAY, IMAGE_REPOSITORY, ISTIO_NAMESPACE, type KubernetesObject, nameOf, readManifest } from '@mesh-platform/kubernetes';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { ISTIO_HUB } from '../image-sources.ts';
import { checkout } from '../places.ts';
import { istioManifest, istioObjects } from './control-plane.ts';
import { KINDS, RENDERED } from './prune.ts';

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
}
interface Subject {
  readonly name: string;
  readonly namespace?: string;
}
interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly serviceAccountName: string;
  readonly volumes?: readonly { readonly name: string; readonly hostPath?: { readonly path: string } }[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly containers: readonly {
    readonly image: string;
    readonly securityContext?: object;
    readonly resources: { readonly limits: { readonly memory: string } };
    readonly env: readonly { readonly name: string; readonly value?: string }[];
  }[];
}
interface Rendered extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
  readonly spec?: {
    readonly ports?: readonly object[];
    readonly template?: { readonly metadata: KubernetesObject['metadata']; readonly spec: PodSpec };
  };
}

const IMAGES = new Map(['pilot', 'proxyv2', 'install-cni'].map((name) => [name, name]));

const readsSecrets = ({ apiGroups = [], resources = [], verbs }: Rule): boolean =>
  apiGroups.some((group) => ['', '*'].includes(group)) &&
  resources.some((resource) => ['secrets', '*'].includes(resource)) &&
  verbs.some((verb) => ['get', 'list', 'watch', '*'].includes(verb));

/** `account in namespace` of each account that may read Secrets; `everywhere` where a ClusterRole is bound for the whole cluster. */
function secretReaders(objects: readonly Rendered[]): readonly string[] {
  return objects
    .filter(({ kind }) => kind === 'RoleBinding' || kind === 'ClusterRoleBinding')
    .flatMap(({ kind, metadata, roleRef, subjects = [] }) => {
      const role = objects.find(
        (one) =>
          one.kind === roleRef?.kind &&
          one.metadata?.name === roleRef?.name &&
          (one.kind === 'ClusterRole' || one.metadata?.namespace === metadata?.namespace),
      );
      if (!role) throw new Error(`${kind} ${metadata?.name} binds a role that is not rendered`);
      const where = kind === 'ClusterRoleBinding' ? 'everywhere' : metadata?.namespace;
      return role.rules?.some(readsSecrets)
        ? subjects.map(({ namespace = metadata?.namespace, name }) => `${namespace}/${name} in ${where}`)
        : [];
    });
}

describe.each(['local', 'cluster', 'eks'])('Istio of %s', async (environment) => {
  const objects = (await readManifest(istioManifest(environment), IMAGES)) as readonly Rendered[];
  const podOf = (name: string): PodSpec => {
    const spec = objects.find((object) => nameOf(object) === name)?.spec?.template?.spec;
    if (!spec) throw new Error(`${name} is not rendered`);
    return spec;
  };
  const gateway = `Deployment ${GATEWAY.namespace}/${GATEWAY.name}`;

  it('the gateway reads only the Secrets of its own namespace, and istiod is the only other account that reads any', () => {
    const account = `${GATEWAY.namespace}/${GATEWAY.serviceAccount}`;
    expect(new Set(secretReaders(objects))).toEqual(
      new Set([
        `${account} in ${GATEWAY.namespace}`,
        `${ISTIO_NAMESPACE}/istiod in ${ISTIO_NAMESPACE}`,
        `${ISTIO_NAMESPACE}/istiod in everywhere`,
      ]),
    );
  });

  it('the gateway has the names that the rest of the platform knows it by, and no token', () => {
    expect(objects.map(nameOf)).toEqual(
      expect.arrayContaining([
        `Service ${GATEWAY.namespace}/${GATEWAY.name}`,
        `ServiceAccount ${GATEWAY.namespace}/${GATEWAY.serviceAccount}`,
      ]),
    );
    expect(podOf(gateway)).toMatchObject({ serviceAccountName: GATEWAY.serviceAccount, automountServiceAccountToken: false });
    const labels = objects.find((object) => nameOf(object) === gateway)?.spec?.template?.metadata?.labels;
    expect(labels).toMatchObject({ ...GATEWAY.labels, app: GATEWAY.name });
    const service = objects.find((object) => nameOf(object) === `Service ${GATEWAY.namespace}/${GATEWAY.name}`)?.spec;
    const { service: port, pod: targetPort, node: nodePort } = GATEWAY.ports;
    if (environment !== 'eks') expect(service?.ports).toContainEqual(expect.objectContaining({ port, targetPort, nodePort }));
    const left = objects.filter(({ metadata }) => metadata?.namespace === ISTIO_NAMESPACE && metadata.name?.includes('ingressgateway'));
    expect(left).toEqual([]);
  });

  it.each([gateway, `Deployment ${ISTIO_NAMESPACE}/istiod`])(
    '%s meets Pod Security restricted, with a read-only root file system',
    (name) => {
      const { securityContext: ofPod, containers } = podOf(name);
      for (const { securityContext } of containers)
        expect({ ...ofPod, ...securityContext }).toMatchObject({
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        });
    },
  );

  it('what a later installation may prune carries the label that it looks for', () => {
    const prunable = objects.filter(({ kind }) => KINDS.some(([, pruned]) => pruned === kind));
    expect(prunable.length).toBeGreaterThan(10);
    for (const object of prunable) expect(object.metadata?.labels?.[RENDERED.name], nameOf(object)).toBe(RENDERED.value);
  });

  it('Envoy sheds load before the gateway reaches its memory limit', () => {
    const text = objects.find(({ metadata }) => metadata?.name === `${GATEWAY.name}-overload`)?.data?.['overload.json'] ?? '';
    const bytes = (load(text) as Overload).overload_manager.resource_monitors[0].typed_config.max_heap_size_bytes;
    const [, amount, unit] = /^(\d+)(Mi|Gi)$/.exec(podOf(gateway).containers[0]?.resources.limits.memory ?? '') ?? [];
    expect(bytes).toBeLessThanOrEqual(0.8 * Number(amount) * (unit === 'Gi' ? 2 ** 30 : 2 ** 20));
  });
});

it('Istio of the embedded target runs only from images that are built on the machine', async () => {
  const { spec } = load(await readFile(join(checkout, 'infra/istio/local/operator.yaml'), 'utf8')) as {
    spec: { hub: string; tag: string };
  };
  expect(spec).toMatchObject({ hub: IMAGE_REPOSITORY, tag: 'local' });
  const objects = (await readManifest(istioManifest('local'), IMAGES)) as readonly Rendered[];
  const images = objects.flatMap((object) => object.spec?.template?.spec.containers ?? []).map(({ image }) => image);
  expect(new Set(images)).toEqual(new Set(IMAGES.keys()));
});

it('the development container forwards the port of the gateway', async () => {
  const text = await readFile(join(checkout, '.devcontainer/devcontainer.json'), 'utf8');
  expect(text).toContain(`"forwardPorts": [${GATEWAY.ports.node}]`);
});

it('docs/reference/gateway.md states the limits that are set', async () => {
  const page = await readFile(join(checkout, 'docs/reference/gateway.md'), 'utf8');
  const objects = (await readManifest(istioManifest('local'), IMAGES)) as readonly Rendered[];
  const gateway = objects.find((object) => nameOf(object) === `Deployment ${GATEWAY.namespace}/${GATEWAY.name}`)?.spec?.template;
  const settings = load(gateway?.metadata?.annotations?.['proxy.istio.io/config'] ?? '') as Settings;
  const { profile: _, ...times } = settings.connectionSettings;
  const bodies = [...JSON.stringify(objects).matchAll(/"max_(?:request|heap_size)_bytes\W+(\d+)/g)].map(([, bytes]) => `${bytes} bytes`);
  const stated = [...Object.values(times), ...Object.values(settings.proxyMetadata), ...bodies];
  expect(stated).toHaveLength(7);
  for (const value of stated) expect(page).toContain(`| ${value} |`);
});

interface Settings {
  readonly connectionSettings: Readonly<Record<string, string>>;
  readonly proxyMetadata: Readonly<Record<string, string>>;
}

interface Overload {
  readonly overload_manager: {
    readonly resource_monitors: readonly [{ readonly typed_config: { readonly max_heap_size_bytes: number } }];
  };
}

it.each(['local', 'cluster', 'eks'])('the CNI plugin of %s is installed where the plugins of any cluster are', async (environment) => {
  const objects = (await readManifest(istioManifest(environment), IMAGES)) as readonly Rendered[];
  const plugin = objects.find((object) => nameOf(object) === `DaemonSet ${ISTIO_NAMESPACE}/istio-cni-node`)?.spec?.template?.spec;
  expect(plugin?.volumes?.find(({ name }) => name === 'cni-bin-dir')?.hostPath?.path).toBe('/opt/cni/bin');
});

it('images of Istio come from the hub that is set, the injected ones too', async () => {
  const objects = JSON.stringify(await istioObjects({ file: istioManifest('cluster'), images: IMAGES, hub: 'mirror.example.com/istio' }));
  expect(objects).not.toContain(ISTIO_HUB);
  expect(objects.match(/mirror\.example\.com\/istio/g)?.length).toBeGreaterThan(5);
});

it('the gateway of EKS serves the last requests as long as the mesh’s other proxies', async () => {
  const objects = (await readManifest(istioManifest('eks'), IMAGES)) as readonly Rendered[];
  const settings = (text: string | undefined) => load(text ?? '') as { terminationDrainDuration?: string; defaultConfig?: object };
  const mesh = settings(objects.find((object) => nameOf(object) === `ConfigMap ${ISTIO_NAMESPACE}/istio`)?.data?.mesh);
  const gateway = objects.find((object) => nameOf(object) === `Deployment ${GATEWAY.namespace}/${GATEWAY.name}`)?.spec?.template?.spec;
  const own = settings(gateway?.containers[0]?.env.find(({ name }) => name === 'PROXY_CONFIG')?.value);
  expect(own.terminationDrainDuration).toBeDefined();
  expect(mesh.defaultConfig).toMatchObject(own);
});
