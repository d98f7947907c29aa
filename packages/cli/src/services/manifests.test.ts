import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ISTIO_USER, type KubernetesObject, nameOf, POD_USERS, readManifests, users } from '@mesh-platform/kubernetes';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';
import { versionName, versionsOf } from './service-versions.ts';
import { localEnvironment, NAMESPACE, renderedFolder } from './topology.ts';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly resources?: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>>>>;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly startupProbe?: object;
  readonly readinessProbe?: object;
  readonly livenessProbe?: object;
  readonly lifecycle?: { readonly preStop?: object };
}
interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly object[];
}
interface Workload extends KubernetesObject {
  readonly spec: {
    readonly strategy?: { readonly rollingUpdate?: { readonly maxUnavailable?: number } };
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: { readonly metadata: { readonly labels: Readonly<Record<string, string>> }; readonly spec: PodSpec };
  };
}
interface Service extends KubernetesObject {
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly type?: string;
    readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string }[];
  };
}
interface Destination {
  readonly host: string;
  readonly subset?: string;
  readonly port?: { readonly number: number };
}
interface Route {
  readonly name: string;
  readonly match?: readonly object[];
  readonly timeout?: string;
  readonly retries?: { readonly attempts?: number; readonly retryOn?: string; readonly perTryTimeout?: string };
  readonly route: readonly { readonly destination: Destination; readonly weight?: number }[];
}
interface VirtualService extends KubernetesObject {
  readonly spec: { readonly hosts: readonly string[]; readonly http: readonly Route[] };
}
interface DestinationRule extends KubernetesObject {
  readonly spec: {
    readonly host: string;
    readonly trafficPolicy: { readonly tls: { readonly mode: string; readonly subjectAltNames: readonly string[] } };
    readonly subsets?: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[];
  };
}
interface AuthorizationPolicy extends KubernetesObject {
  readonly spec: {
    readonly selector?: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly action?: string;
    readonly rules?: readonly {
      readonly from?: readonly { readonly source: { readonly principals?: readonly string[] } }[];
      readonly to?: readonly { readonly operation: { readonly ports?: readonly string[] } }[];
    }[];
  };
}
interface Sidecar extends KubernetesObject {
  readonly spec: {
    readonly workloadSelector?: { readonly labels: Readonly<Record<string, string>> };
    readonly outboundTrafficPolicy?: { readonly mode: string };
    readonly egress: readonly { readonly hosts: readonly string[] }[];
  };
}

/** The user of the container that keeps a pod's namespaces: it does nothing, and the number is reserved. */
const PAUSE_USER = 65535;

const { mesh } = (await localEnvironment()).environment;
const versions = versionsOf(mesh);
const wantedImages = [...versions.map(versionName), 'postgres'];
const built = new Map(wantedImages.map((name) => [name, `built/${name}`]));
const objects = await readManifests(renderedFolder('local'), built);

const all = <T extends KubernetesObject>(...kinds: string[]): readonly T[] =>
  objects.filter(({ kind = '' }) => kinds.includes(kind)) as T[];
const named = <T extends KubernetesObject>(list: readonly T[]): [string, T][] => list.map((object) => [nameOf(object), object]);
const containersOf = ({ spec: { template } }: Workload) => [...(template.spec.initContainers ?? []), ...template.spec.containers];

const workloads = all<Workload>('Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob');
const services = all<Service>('Service');
const routes = all<VirtualService>('VirtualService').flatMap((service) =>
  service.spec.http.map((route): [string, Route] => [`${nameOf(service)} ${route.name}`, route]),
);
const destinationRules = all<DestinationRule>('DestinationRule');
const policies = all<AuthorizationPolicy>('AuthorizationPolicy');
const sidecars = all<Sidecar>('Sidecar');
const hostOf = (service: string) => `${service}.${NAMESPACE}.svc.cluster.local`;
const serviceNames = services.map(({ metadata }) => metadata?.name ?? '');

test('the platform has the services of its topology, each in the namespace of the platform', () => {
  expect(serviceNames.toSorted()).toEqual([...mesh.services.keys()].toSorted());
  for (const object of objects.filter(({ kind }) => kind !== 'Namespace'))
    expect([nameOf(object), object.metadata?.namespace]).toEqual([nameOf(object), NAMESPACE]);
});

test('no object is declared twice', () => {
  const names = objects.map((object) => `${object.apiVersion} ${nameOf(object)}`);
  expect(new Set(names).size).toBe(names.length);
});

test('the namespace enforces the restricted Pod Security and injects sidecars', () => {
  expect(all('Namespace')).toHaveLength(1);
  expect(all('Namespace')[0]?.metadata).toMatchObject({
    name: NAMESPACE,
    labels: { 'istio-injection': 'enabled', 'pod-security.kubernetes.io/enforce': 'restricted' },
  });
});

test('there is a Deployment for each version and a StatefulSet for Postgres, and nothing else runs', () => {
  expect(workloads.map(nameOf).toSorted()).toEqual(
    [...versions.map((version) => `Deployment ${NAMESPACE}/${versionName(version)}`), `StatefulSet ${NAMESPACE}/postgres`].toSorted(),
  );
});

test('each version runs its own image, and Postgres its own', () => {
  const images = workloads.map((workload) => [workload.metadata?.name, ...containersOf(workload).map(({ image }) => image)]);
  expect(images.toSorted()).toEqual(wantedImages.map((name) => [name, `built/${name}`]).toSorted());
});

test.each(named(workloads))('%s: its pods run as an ordinary user under the default system call filter', (_name, { spec }) => {
  const { securityContext } = spec.template.spec;
  expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(securityContext?.runAsUser).toBeGreaterThan(0);
});

test('no two services run as the same user, and each as one that no account of a host has', () => {
  const byService = new Map(workloads.map(({ metadata, spec }) => [metadata?.labels?.app, spec.template.spec.securityContext?.runAsUser]));
  expect(new Set(byService.values()).size).toBe(serviceNames.length);
  for (const user of byService.values()) {
    expect(user).toBeGreaterThanOrEqual(POD_USERS.first);
    expect(user).toBeLessThanOrEqual(POD_USERS.last);
  }
});

test('images and manifests name the numbers of the platform’s users, and none of a host’s', async () => {
  const files = globSync(
    ['apps/*/Dockerfile', 'packages/*/{images,templates/**}/*Dockerfile', 'deploy/*/**/*.yaml', 'environments/**/*.yaml'],
    {
      cwd: checkout,
    },
  );
  const named = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(checkout, file), 'utf8');
      return [...text.matchAll(/^USER (\d+):(\d+)|runAs(?:User|Group): (\d+)|fsGroup: (\d+)|--[ug]id (\d+)/gm)].flatMap(([, ...found]) =>
        found.filter(Boolean).map((number) => ({ file, number: Number(number) })),
      );
    }),
  );
  const allowed = ({ number }: { number: number }) => number === ISTIO_USER || number === PAUSE_USER || number >= POD_USERS.first;
  expect(named.flat().length).toBeGreaterThan(20);
  expect(named.flat().filter((one) => !allowed(one))).toEqual([]);
  expect(
    named.flat().filter(({ file, number }) => /postgres.*Dockerfile|environments.postgres/.test(file) && number !== users.postgres),
  ).toEqual([]);
  expect(named.flat().filter(({ file, number }) => /^apps.*Dockerfile|templates/.test(file) && number !== users.image)).toEqual([]);
});

test.each(named(workloads))('%s: its pods get no token, and nothing of the host', (_name, { spec }) => {
  const pod = spec.template.spec;
  expect(pod.automountServiceAccountToken).toBe(false);
  for (const key of ['hostNetwork', 'hostPID', 'hostIPC'] as const) expect(pod[key] ?? false).toBe(false);
  expect(JSON.stringify(pod.volumes ?? [])).not.toContain('hostPath');
});

test.each(named(workloads))('%s: its containers cannot write their root or gain privileges, and have no capability', (_name, workload) => {
  for (const { securityContext } of containersOf(workload)) {
    expect(securityContext).toEqual({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
  }
});

test.each(named(workloads))('%s: its containers request and limit processor and memory', (_name, workload) => {
  for (const { resources } of containersOf(workload)) {
    for (const kind of ['requests', 'limits'] as const)
      expect(resources?.[kind]).toMatchObject({ cpu: expect.anything(), memory: expect.anything() });
  }
});

test.each(named(workloads))('%s: its container is named like the service, never like the injected proxy', (_name, workload) => {
  expect(containersOf(workload).map(({ name }) => name)).toEqual([workload.metadata?.labels?.app]);
  expect(containersOf(workload).map(({ name }) => name)).not.toContain('istio-proxy');
});

test.each(named(workloads))(
  '%s: its pods have the service’s identity and labels, and its selector finds them',
  (_name, { metadata, spec }) => {
    const { labels } = spec.template.metadata;
    expect(labels).toEqual({ app: metadata?.labels?.app, version: metadata?.labels?.version });
    expect(spec.selector.matchLabels).toEqual(labels);
    expect(spec.template.spec.serviceAccountName).toBe(labels.app);
    expect(labels).not.toHaveProperty('sidecar.istio.io/inject');
  },
);

test.each(named(workloads))('%s: its containers have a startup probe and a readiness probe', (_name, workload) => {
  for (const { startupProbe, readinessProbe } of containersOf(workload)) {
    expect(startupProbe).toBeDefined();
    expect(readinessProbe).toBeDefined();
  }
});

test.each(named(workloads))('%s: no environment variable contains a password', (_name, workload) => {
  for (const { env = [] } of containersOf(workload)) {
    for (const { name, value = '' } of env)
      if (/PASSWORD|SECRET|TOKEN/.test(name))
        expect([name, value]).toEqual([expect.stringMatching(/_FILE$/), expect.stringMatching(/^\/run\/secrets\//)]);
  }
});

test.each(named(all<Workload>('Deployment')))(
  '%s: no replica is taken before its successor is ready, and none ends at once',
  (_name, workload) => {
    expect(workload.spec.strategy?.rollingUpdate?.maxUnavailable).toBe(0);
    for (const { lifecycle, livenessProbe } of containersOf(workload)) {
      expect(lifecycle?.preStop).toBeDefined();
      expect(livenessProbe).toBeDefined();
    }
  },
);

test('no Secret lies in the repository', () => {
  expect(all('Secret')).toEqual([]);
});

test.each(named(services))('%s is a ClusterIP with ports that its pods have', (_name, { spec }) => {
  expect(spec.type ?? 'ClusterIP').toBe('ClusterIP');
  const pods = workloads.filter((workload) => workload.spec.template.metadata.labels.app === spec.selector.app);
  expect(pods.length).toBeGreaterThan(0);
  for (const workload of pods) {
    const ports = containersOf(workload).flatMap((container) => container.ports ?? []);
    for (const { port, targetPort } of spec.ports) expect(ports).toContainEqual({ name: targetPort, containerPort: port });
  }
});

test.each(serviceNames)('%s has a service account without a token, and a PodDisruptionBudget', (name) => {
  const account = all<KubernetesObject & { automountServiceAccountToken?: boolean }>('ServiceAccount').find(
    ({ metadata }) => metadata?.name === name,
  );
  expect(account?.automountServiceAccountToken).toBe(false);
  expect(all<Workload>('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels)).toContainEqual({ app: name });
});

test('every workload of the platform accepts mutual TLS only, and no policy makes an exception', () => {
  expect(all('PeerAuthentication')).toEqual([
    expect.objectContaining({
      metadata: expect.objectContaining({ name: 'default', namespace: NAMESPACE }),
      spec: { mtls: { mode: 'STRICT' } },
    }),
  ]);
});

test('a policy without rules denies every request that no other policy allows', () => {
  expect(policies.filter(({ spec }) => spec.selector === undefined).map(({ spec }) => spec)).toEqual([{}]);
});

test.each(serviceNames)('%s is called by the identities that a policy names, at the ports that it names', (name) => {
  const own = policies.filter(({ spec }) => spec.selector?.matchLabels.app === name);
  const isCalled = mesh.callersOf.has(name) || mesh.gateway?.to === name;
  expect(own).toHaveLength(isCalled ? 1 : 0); // a new service has no callers yet
  for (const { spec } of own) {
    expect(spec.action).toBe('ALLOW');
    expect(spec.rules?.length).toBeGreaterThan(0);
    for (const { from, to } of spec.rules ?? []) {
      const principals = from?.flatMap(({ source }) => source.principals ?? []) ?? [];
      expect(from?.length).toBeGreaterThan(0);
      expect(principals.length).toBeGreaterThan(0);
      for (const principal of principals) expect(principal).toMatch(/^cluster\.local\/ns\/[a-z-]+\/sa\/[a-z][a-z0-9-]*$/);
      expect(to?.length).toBeGreaterThan(0);
      for (const { operation } of to ?? []) expect(operation.ports?.length).toBeGreaterThan(0);
    }
  }
});

test('each caller that a policy names also knows the callee, and knows no other', () => {
  const known = sidecars.flatMap(({ spec }) =>
    spec.egress.flatMap(({ hosts }) =>
      hosts
        .filter((host) => host !== '~/*')
        .map((host) =>
          [
            spec.workloadSelector?.labels.app,
            new RegExp(`^\\./([a-z][a-z0-9-]*)\\.${NAMESPACE}\\.svc\\.cluster\\.local$`).exec(host)?.[1],
          ].join(' → '),
        ),
    ),
  );
  const allowed = policies.flatMap(({ spec }) =>
    (spec.rules ?? [])
      .flatMap(({ from = [] }) => from.flatMap(({ source }) => source.principals ?? []))
      .filter((principal) => principal.startsWith(`cluster.local/ns/${NAMESPACE}/`))
      .map((principal) => `${principal.split('/').at(-1)} → ${spec.selector?.matchLabels.app}`),
  );
  const calls = [...mesh.services.values()].flatMap(({ calls }) => calls.map(({ from, to }) => `${from} → ${to}`));
  expect(allowed.toSorted()).toEqual(calls.toSorted());
  expect(known.toSorted()).toEqual(allowed.toSorted());
});

test.each([undefined, ...serviceNames])('the proxy of %s reaches what its Sidecar names and nothing else', (name) => {
  const own = sidecars.filter(({ spec }) => spec.workloadSelector?.labels.app === name);
  expect(own).toHaveLength(1);
  expect(own[0]?.spec.outboundTrafficPolicy?.mode).toBe('REGISTRY_ONLY');
});

test.each(routes)('%s states its timeout and its retries', (_name, { timeout, retries }) => {
  expect(timeout).toMatch(/^\d+(\.\d+)?m?s$/);
  expect(retries?.attempts).toBeTypeOf('number');
  expect(retries?.retryOn).toMatch(/^[a-z-]+(,[a-z-]+)*$/);
});

test.each(routes)('%s: its weights add up to 100', (_name, { route }) => {
  expect(route.length).toBeGreaterThan(0);
  const weights = route.map(({ weight }) => weight);
  if (route.length === 1) expect(weights[0] ?? 100).toBe(100);
  else expect(weights.reduce<number>((sum, weight) => sum + (weight ?? Number.NaN), 0)).toBe(100);
});

test.each(routes)('%s leads to ports and subsets that there are', (_name, { route }) => {
  for (const { destination } of route) {
    const service = services.find(({ metadata }) => hostOf(metadata?.name ?? '') === destination.host);
    expect(service?.spec.ports.map(({ port }) => port)).toContain(destination.port?.number);
    const rule = destinationRules.find(({ spec }) => spec.host === destination.host);
    expect(rule?.spec.subsets?.map(({ name }) => name)).toContain(destination.subset);
  }
});

test.each(named(all<VirtualService>('VirtualService')))('%s ends with a route for everything', (_name, { spec }) => {
  expect(spec.http.findIndex(({ match }) => match === undefined)).toBe(spec.http.length - 1);
});

test.each(serviceNames)('the DestinationRule of %s requires mutual TLS with the identity of %s', (name) => {
  const rules = destinationRules.filter(({ spec }) => spec.host === hostOf(name));
  expect(rules.map(({ spec }) => spec.trafficPolicy.tls)).toEqual([
    { mode: 'ISTIO_MUTUAL', subjectAltNames: [`spiffe://cluster.local/ns/${NAMESPACE}/sa/${name}`] },
  ]);
});

test('every DestinationRule belongs to a service', () => {
  expect(destinationRules.map(({ spec }) => spec.host).toSorted()).toEqual(serviceNames.map(hostOf).toSorted());
});

test.each(named(destinationRules))('%s: each subset has pods, and each pod a subset', (_name, { spec }) => {
  const versions = workloads.map((workload) => workload.spec.template.metadata.labels).filter(({ app = '' }) => hostOf(app) === spec.host);
  expect(spec.subsets?.map(({ name, labels }) => [name, labels.version]).toSorted()).toEqual(
    versions.map(({ version }) => [version, version]).toSorted(),
  );
});
