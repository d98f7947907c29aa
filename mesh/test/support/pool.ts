import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Cluster, GATEWAY, type LiveObject, rolledOut, scriptCommand, users } from '@mesh-platform/kubernetes';
import type { MeshObject } from '../../src/object.ts';
import { nodeImage, removeNamespace } from './cluster.ts';

/** One thing that a pod of the pool tries, again and again. */
export interface Order {
  readonly kind: 'http' | 'grpc' | 'tcp';
  readonly host: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Words that end it once each has been seen: `version v1`. */
  readonly until: readonly string[];
  readonly least: number;
  readonly most: number;
}

/** How often each word was the answer: `version v1`, `status 403`, `grpc 7`, `closed`, `no answer`. */
export type Seen = Readonly<Record<string, number>>;

export const NAMESPACE = 'mesh-explain';
export const VERSIONS = ['v1', 'v2'] as const;
const CONTROL_PORT = 7070;
const START_MS = 300_000;
const ROUTES_MS = 30_000;
const ROUTES_POLL_MS = 100;
const ports = { http: 8080, grpc: 9090, tcp: 5432 } as const;
const portNames = { http: 'http', grpc: 'grpc', tcp: 'tcp-echo' } as const;

export interface PoolService {
  readonly name: string;
  readonly protocol: Order['kind'];
  readonly port: number;
}

/** The pool never changes: policies do. */
export const services: readonly PoolService[] = (['http', 'http', 'http', 'http', 'http', 'grpc', 'grpc', 'tcp'] as const).map(
  (protocol, index) => ({
    name: `echo${index}`,
    protocol,
    port: ports[protocol],
  }),
);

const object = (apiVersion: string, kind: string, name: string, rest: object, namespace: string | undefined = NAMESPACE): MeshObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace ? { namespace } : {}) },
  ...rest,
});

export const namespace: MeshObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: NAMESPACE, labels: { 'istio-injection': 'enabled' } },
};

/** Service, account and a Deployment for each version of every service of the pool. */
export async function poolObjects(image: string): Promise<readonly MeshObject[]> {
  const command = await scriptCommand(new URL('echo-script.ts', import.meta.url));
  return services.flatMap((service) => [
    object('v1', 'ServiceAccount', service.name, {}),
    object('v1', 'Service', service.name, {
      spec: { selector: { app: service.name }, ports: [{ name: portNames[service.protocol], port: service.port }] },
    }),
    ...VERSIONS.map((version) => deployment(service, version, image, command)),
  ]);
}

function deployment({ name, protocol, port }: PoolService, version: string, image: string, command: readonly string[]): MeshObject {
  const labels = { app: name, version };
  const annotations = {
    'traffic.sidecar.istio.io/excludeInboundPorts': String(CONTROL_PORT),
    'traffic.sidecar.istio.io/excludeOutboundPorts': String(GATEWAY.ports.service), // its requests to the gateway come from outside of the mesh
    'sidecar.istio.io/statsInclusionRegexps': '.*rbac.*',
    'proxy.istio.io/config': '{ concurrency: 1, drainDuration: 1s }',
  };
  return object('apps/v1', 'Deployment', `${name}-${version}`, {
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 1,
          securityContext: { runAsNonRoot: true, runAsUser: users.probe, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name,
              image,
              imagePullPolicy: 'IfNotPresent',
              command,
              env: [
                { name: 'VERSION', value: version },
                { name: 'PROTOCOL', value: protocol },
                { name: 'NODE_OPTIONS', value: '--max-old-space-size=64' },
              ],
              ports: [{ containerPort: port }],
              resources: { requests: { cpu: '1m', memory: '32Mi' }, limits: { memory: '160Mi' } },
              readinessProbe: { tcpSocket: { port: CONTROL_PORT }, periodSeconds: 1, failureThreshold: 60 },
              securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      },
    },
  });
}

/** The running pool: every pod by its service. */
export class Pool {
  readonly #cluster: Cluster;
  readonly #pods: ReadonlyMap<string, readonly string[]>;

  private constructor(cluster: Cluster, pods: ReadonlyMap<string, readonly string[]>) {
    this.#cluster = cluster;
    this.#pods = pods;
  }

  /** Starts all pods with the image of web, which has Node.js, and waits until each is ready. */
  static async start(cluster: Cluster): Promise<Pool> {
    await removeNamespace(cluster, NAMESPACE);
    await cluster.apply([namespace], 'explain');
    const objects = await poolObjects(await nodeImage(cluster));
    await cluster.apply(objects, 'explain');
    const names = services.flatMap(({ name }) => VERSIONS.map((version) => `${name}-${version}`));
    await rolledOut(
      cluster,
      NAMESPACE,
      names.map((name) => ({ kind: 'Deployment' as const, name })),
      START_MS,
    );
    const live = await cluster.list<LiveObject>('v1', 'Pod', NAMESPACE);
    return new Pool(
      cluster,
      new Map(
        services.map(({ name }) => [
          name,
          live
            .filter(({ metadata }) => metadata?.labels?.app === name)
            .map(({ metadata }) => metadata?.name ?? '')
            .sort(),
        ]),
      ),
    );
  }

  async #ask<T>(pod: string, path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
    const url = `/api/v1/namespaces/${NAMESPACE}/pods/${pod}:${CONTROL_PORT}/proxy${path}?${new URLSearchParams(query)}`;
    return JSON.parse(await this.#cluster.getText(url)) as T;
  }

  /** Waits until every proxy is in sync with a round; `routed` names the services whose proxies have routes. Throws with the messages of late proxies. */
  async inSync(round: string, routed: ReadonlySet<string>): Promise<void> {
    const answers = await Promise.all(
      [...this.#pods].flatMap(([service, pods]) =>
        pods.map(async (pod) => {
          const message = await this.#ask<string>(pod, '/ready', { round, routes: String(routed.has(service)) });
          return message && `${pod}: ${message}`;
        }),
      ),
    );
    const late = answers.filter(Boolean);
    if (late.length > 0) throw new Error(late.join('\n'));
  }

  /** Carries out orders in one pod of a service, one after the other. */
  async carryOut(service: string, orders: readonly Order[], replica: number): Promise<readonly Seen[]> {
    const pods = this.#pods.get(service) ?? [];
    return this.#ask<readonly Seen[]>(pods[replica % pods.length] ?? '', '/orders', { orders: JSON.stringify(orders) });
  }

  /** The number of TCP connections that the proxies of a service denied because of a policy. */
  async refusedConnections(service: string): Promise<number> {
    const counts = await Promise.all((this.#pods.get(service) ?? []).map((pod) => this.#ask<number>(pod, '/refused')));
    return counts.reduce((sum, count) => sum + count, 0);
  }
}

/** Waits until the gateway's proxies have the routes of a round, and of no other. */
export async function gatewayInSync(cluster: Cluster, round: string): Promise<void> {
  const pods = await cluster.list<LiveObject>('v1', 'Pod', GATEWAY.namespace, `app=${GATEWAY.name}`);
  const end = AbortSignal.timeout(ROUTES_MS);
  for (const { metadata } of pods) {
    const proxy = await cluster.connect(GATEWAY.namespace, metadata?.name ?? '', 15_000);
    const marks = async () => new Set((await proxy.get('/config_dump?resource=dynamic_route_configs', end)).match(/round-\w+-r/g));
    while (!isDeepStrictEqual(await marks(), new Set([`${round}-r`]))) await pause(ROUTES_POLL_MS, undefined, { signal: end });
    proxy.close();
  }
}
