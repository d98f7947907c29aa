import { GATEWAY, users } from '@mesh-platform/kubernetes';
import type { Desired } from '../../src/apply/plan.ts';
import type { MeshObject } from '../../src/object.ts';

/** A topology of one service and its two callers: a pod of the mesh, and one outside of it that comes through the gateway. */
export interface SmallTopology {
  readonly name?: string;
  readonly namespace: string;
  readonly image: string;
  /** Percents by version; a version that is not named does not exist. */
  readonly weights: Readonly<Record<string, number>>;
  /** Whether the two callers are there. */
  readonly callers?: boolean;
  /** Annotations of the pod of the mesh that calls, such as the settings of its proxy. */
  readonly callerAnnotations?: Readonly<Record<string, string>>;
  readonly timeout?: string;
  /** Whether the callers may use the TCP port too. */
  readonly echo?: boolean;
  /** Whether GET / is the only request that the callers may send. */
  readonly onlyRoot?: boolean;
}

/** Answers with its version, to distinguish the versions of a service, and late where several connections are to be open at once. Echoes over TCP. */
const BACK = `
const { createServer } = require('node:http');
const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) =>
  setTimeout(() => response.end(process.env.VERSION), request.url.startsWith('/documents/') ? 200 : 0));
server.listen(8080);
require('node:net').createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(9000);
process.on('SIGTERM', () => {
  server.close(() => process.exit());
  setInterval(() => server.closeIdleConnections(), 100);
});
`;

/**
 * Sends 50 requests a second and counts the results: GET / returns the counts since the last call. GET /parallel returns the statuses of
 * 12 requests at once, GET /echo whether the one TCP connection, which stays open, still gets its echo.
 */
const CALLER = `
const { Agent, createServer, get } = require('node:http');
const agent = new Agent({ keepAlive: true });
let counts = {};
const note = (word) => { counts[word] = (counts[word] ?? 0) + 1; };
setInterval(() => {
  const request = get(process.env.URL, { agent, headers: { host: process.env.HOST }, timeout: 8000 }, (response) => {
    let text = '';
    response.on('data', (chunk) => { text += chunk; });
    response.on('end', () => note(response.statusCode === 200 ? text : 'failed ' + response.statusCode + ' ' + text));
  });
  request.on('timeout', () => request.destroy(new Error('no answer')));
  request.on('error', (error) => note('failed ' + error.message));
}, 20);
const parallel = () => Promise.all(Array.from({ length: 12 }, () => new Promise((resolve) => {
  const request = get(process.env.URL + 'documents/1', { agent, headers: { host: process.env.HOST } }, (response) => {
    response.resume();
    resolve(response.statusCode);
  });
  request.on('error', (error) => resolve(error.message));
})));
let socket;
const echo = () => new Promise((resolve) => {
  if (!socket || socket.destroyed) socket = require('node:net').connect(9000, new URL(process.env.URL).hostname).on('error', () => {});
  socket.once('close', () => resolve('closed')).once('data', () => resolve('echo')).write('x');
});
createServer(async ({ url }, response) => {
  const answers = { '/parallel': parallel, '/echo': echo };
  response.end(JSON.stringify(answers[url] ? await answers[url]() : counts));
  if (!answers[url]) counts = {};
}).listen(8080);
process.on('SIGTERM', () => process.exit(0));
`;

/** So that a test of policies takes a second, not six. */
const SHORT_DRAIN = { 'proxy.istio.io/config': '{ drainDuration: 1s }' };

const NETWORKING = 'networking.istio.io/v1';
const SECURITY = 'security.istio.io/v1';
const GATEWAY_ACCOUNT = `cluster.local/ns/${GATEWAY.namespace}/sa/${GATEWAY.serviceAccount}`;

export function smallTopology({
  name = 'small',
  namespace,
  image,
  weights,
  callers = true,
  callerAnnotations = {},
  timeout = '3s',
  echo = false,
  onlyRoot = false,
}: SmallTopology): Desired {
  const object = (apiVersion: string, kind: string, objectName: string, spec: object): MeshObject => ({
    apiVersion,
    kind,
    metadata: { name: objectName, namespace },
    spec,
  });
  const host = hostOf(namespace);
  const versions = Object.keys(weights);
  const from = [{ source: { principals: [`cluster.local/ns/${namespace}/sa/caller`, GATEWAY_ACCOUNT] } }];
  const caller = (app: string, url: string, inject: string) =>
    object(
      'apps/v1',
      'Deployment',
      `${app}-v1`,
      deployment(app, 'v1', image, CALLER, { URL: url, HOST: inject === 'true' ? `back.${namespace}:8080` : host }, inject, {
        ...SHORT_DRAIN,
        ...callerAnnotations,
      }),
    );
  return {
    topology: name,
    namespace,
    objects: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { 'istio-injection': 'enabled' } } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'back', namespace } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'caller', namespace } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'outside', namespace } },
      object('v1', 'Service', 'back', {
        selector: { app: 'back' },
        ports: [
          { name: 'http', port: 8080 },
          { name: 'tcp-echo', port: 9000 },
        ],
      }),
      ...versions.map((version) =>
        object(
          'apps/v1',
          'Deployment',
          `back-${version}`,
          deployment('back', version, image, BACK, { VERSION: version }, 'true', SHORT_DRAIN),
        ),
      ),
      ...(callers
        ? [
            caller('caller', `http://back.${namespace}:8080/`, 'true'),
            caller('outside', `http://${GATEWAY.name}.${GATEWAY.namespace}/`, 'false'),
          ]
        : []),
      object(SECURITY, 'PeerAuthentication', 'default', { mtls: { mode: 'STRICT' } }),
      object(SECURITY, 'AuthorizationPolicy', 'deny-all', {}),
      object(SECURITY, 'AuthorizationPolicy', 'back', {
        selector: { matchLabels: { app: 'back' } },
        action: 'ALLOW',
        rules: [
          { from, to: [{ operation: { ports: ['8080'], methods: ['GET'], paths: onlyRoot ? ['/'] : ['/', '/documents/*'] } }] },
          ...(echo ? [{ from, to: [{ operation: { ports: ['9000'] } }] }] : []),
        ],
      }),
      object(NETWORKING, 'Sidecar', 'default', { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, egress: [{ hosts: ['~/*'] }] }),
      object(NETWORKING, 'Sidecar', 'caller', {
        workloadSelector: { labels: { app: 'caller' } },
        outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
        egress: [{ hosts: [`./back.${namespace}.svc.cluster.local`] }],
      }),
      object(NETWORKING, 'Gateway', 'edge', {
        selector: { ...GATEWAY.labels },
        servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [host] }],
      }),
      object(NETWORKING, 'DestinationRule', 'back', {
        host: 'back',
        trafficPolicy: {
          tls: { mode: 'ISTIO_MUTUAL', subjectAltNames: [`spiffe://cluster.local/ns/${namespace}/sa/back`] },
          connectionPool: { tcp: { connectTimeout: '1s', maxConnections: 100 } },
        },
        subsets: versions.map((version) => ({ name: version, labels: { version } })),
      }),
      virtualService('back', namespace, ['back'], undefined, weights, timeout),
      virtualService('edge', namespace, [host], ['edge'], weights, timeout),
    ],
  };
}

/** The host under which the gateway knows the topology of a namespace. */
export const hostOf = (namespace: string): string => `${namespace}.test`;

function virtualService(
  name: string,
  namespace: string,
  hosts: readonly string[],
  gateways: readonly string[] | undefined,
  weights: Readonly<Record<string, number>>,
  timeout: string,
): MeshObject {
  const retries = { attempts: 2, retryOn: 'connect-failure,refused-stream' };
  const to = (subset: string) => ({ host: 'back', port: { number: 8080 }, subset });
  const route = Object.entries(weights).map(([version, weight]) => ({ destination: to(version), weight }));
  const [first = 'v1'] = Object.keys(weights);
  return {
    apiVersion: NETWORKING,
    kind: 'VirtualService',
    metadata: { name, namespace },
    spec: {
      hosts,
      ...(gateways ? { gateways } : {}),
      http: [
        { name: 'pinned', match: [{ uri: { prefix: '/pinned/' } }], timeout, retries, route: [{ destination: to(first) }] },
        { name: 'back', timeout, retries, route },
      ],
    },
  };
}

function deployment(
  app: string,
  version: string,
  image: string,
  script: string,
  env: Readonly<Record<string, string>>,
  inject: string,
  annotations: Readonly<Record<string, string>> = {},
): object {
  const labels = { app, version };
  return {
    replicas: 1,
    strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels: { ...labels, 'sidecar.istio.io/inject': inject }, annotations },
      spec: {
        serviceAccountName: app,
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: users.probe, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: app,
            image,
            command: ['node', '-e', script],
            env: Object.entries(env).map(([name, value]) => ({ name, value })),
            ports: [{ name: 'http', containerPort: 8080 }],
            resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { cpu: '1', memory: '128Mi' } },
            securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 1 },
            lifecycle: { preStop: { sleep: { seconds: 3 } } },
          },
        ],
      },
    },
  };
}
