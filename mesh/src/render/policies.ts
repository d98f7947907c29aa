import { GATEWAY } from '@mesh-platform/kubernetes';
import {
  type AuthorizationPolicy,
  type AuthorizationRule,
  authorizationPolicy,
  type DestinationRule,
  destinationRule,
  type Gateway,
  gateway,
  type IstioPolicy,
  type PeerAuthentication,
  peerAuthentication,
  type ServiceEntry,
  type Sidecar,
  serviceEntry,
  sidecar,
} from '../kinds.ts';
import { DENY_ALL, GATEWAY_NAME, hostOf, NAMESPACE_POLICY, principalOf } from '../names.ts';
import type { Environment } from '../topology/environment.ts';
import type { Call, Entry, External, Mesh, Operations, Service } from '../topology/mesh.ts';
import { accessLogTelemetry } from './access-log.ts';
import { gatewayVirtualService, serviceVirtualService } from './virtual-service.ts';

/** Every Istio object of a mesh in an environment. */
export function policiesOf({ mesh, tls, loggedSuccesses }: Pick<Environment, 'mesh' | 'tls' | 'loggedSuccesses'>): readonly IstioPolicy[] {
  const { gateway: entry } = mesh;
  const services = [...mesh.services.values()];
  const entered = entry && mesh.services.get(entry.to);
  return [
    strictMutualTls(mesh),
    denyAll(mesh),
    defaultSidecar(mesh),
    accessLogTelemetry(mesh, loggedSuccesses),
    ...services.flatMap((service) => [
      allowCallers(mesh, service),
      serviceSidecar(mesh, service),
      serviceDestinationRule(mesh, service),
      serviceVirtualService(mesh, service),
    ]),
    ...[...mesh.externals.values()].map((external) => externalServiceEntry(mesh, external)),
    ...(entry && entered ? [ingressGateway(mesh, entry, tls), gatewayVirtualService(mesh, entry, entered)] : []),
  ].filter((object) => object !== undefined);
}

/** A policy without rules allows nothing; each of the others adds the callers of one service. */
const denyAll = ({ namespace }: Mesh): AuthorizationPolicy => authorizationPolicy({ name: DENY_ALL, namespace }, {});

/** Allows the callers of a service, with their methods and paths; undefined where it has no callers. */
function allowCallers(mesh: Mesh, service: Service): AuthorizationPolicy | undefined {
  const { gateway, namespace, callersOf } = mesh;
  const rules = (callersOf.get(service.name) ?? []).map((call) => allowCall(mesh, service, call));
  if (gateway?.to === service.name) {
    // Paths for operators stay hidden at the gateway.
    const hidden = gateway.hidden.length > 0 ? { notPaths: [...gateway.hidden] } : {};
    rules.unshift({
      from: [{ source: { principals: [principalOf({ ...mesh, namespace: gateway.pods.namespace }, gateway.pods.serviceAccount)] } }],
      to: operationsAt(service, gateway.operations).map(({ operation }) => ({ operation: { ...operation, ...hidden } })),
    });
  }
  if (rules.length === 0) return undefined;
  return authorizationPolicy(
    { name: service.name, namespace },
    { selector: { matchLabels: { app: service.name } }, action: 'ALLOW', rules },
  );
}

const allowCall = (mesh: Mesh, service: Service, { from, operations }: Call): AuthorizationRule => ({
  from: [{ source: { principals: [principalOf(mesh, from)] } }],
  to: operationsAt(service, operations),
});

/** A TCP connection has only a port: Istio would ignore a rule with methods or paths, and so allow nothing. */
function operationsAt({ port, protocol }: Service, operations: readonly Operations[]) {
  const ports = [String(port)];
  if (protocol === 'tcp') return [{ operation: { ports } }];
  return operations.map(({ methods, paths }) => ({
    operation: { ports, ...(methods.length > 0 ? { methods: [...methods] } : {}), ...(paths.length > 0 ? { paths: [...paths] } : {}) },
  }));
}

/** Every workload of the mesh accepts mutual TLS only. https://istio.io/latest/docs/reference/config/security/peer_authentication/ */
const strictMutualTls = ({ namespace }: Mesh): PeerAuthentication =>
  peerAuthentication({ name: NAMESPACE_POLICY, namespace }, { mtls: { mode: 'STRICT' } });

const NOTHING = '~/*';

/** A workload that the topology does not declare gets a proxy without any host. */
const defaultSidecar = ({ namespace }: Mesh): Sidecar =>
  sidecar({ name: NAMESPACE_POLICY, namespace }, { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, egress: [{ hosts: [NOTHING] }] });

/** A proxy knows the services that its own one calls, and nothing else. */
function serviceSidecar(mesh: Mesh, { name, calls }: Service): Sidecar {
  const hosts = calls.flatMap(({ to }) => mesh.externals.get(to)?.hosts ?? [hostOf(mesh, to)]).map((host) => `./${host}`);
  return sidecar(
    { name, namespace: mesh.namespace },
    {
      workloadSelector: { labels: { app: name } },
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
      egress: [{ hosts: hosts.length > 0 ? hosts : [NOTHING] }],
    },
  );
}

/** How a service is reached: its versions, who it must be, how many connections and requests it is given, and when a replica is left out. */
function serviceDestinationRule(mesh: Mesh, service: Service): DestinationRule {
  const { name, protocol, versions } = service;
  return destinationRule(
    { name, namespace: mesh.namespace },
    {
      host: hostOf(mesh, name),
      trafficPolicy: {
        // The callee must have its own identity: no other identity of the mesh is accepted in its place.
        tls: { mode: 'ISTIO_MUTUAL', subjectAltNames: [`spiffe://${principalOf(mesh, name)}`] },
        connectionPool: {
          tcp: { connectTimeout: '1s', maxConnections: 100 },
          ...(protocol === 'tcp' ? {} : { http: { http1MaxPendingRequests: 1000, http2MaxRequests: 1000, idleTimeout: '60s' } }),
        },
        ...(protocol === 'tcp' ? {} : { outlierDetection }),
      },
      subsets: versions.map((version) => ({ name: version, labels: { version } })),
    },
  );
}

/** At most half of the replicas are taken out, and none where less than half is left: one blip is no outage. */
const outlierDetection = {
  consecutive5xxErrors: 5,
  interval: '5s',
  baseEjectionTime: '5s',
  maxEjectionPercent: 50,
  minHealthPercent: 50,
} as const;

/** Makes an external host known to the proxies of this namespace; their Sidecars select which of them may use it. */
const externalServiceEntry = ({ namespace }: Mesh, { name, hosts, port, protocol }: External): ServiceEntry =>
  serviceEntry(
    { name, namespace },
    {
      hosts: [...hosts],
      ports: [{ number: port, name: `${protocol}-${name}`, protocol: protocol.toUpperCase() }],
      resolution: 'DNS',
      location: 'MESH_EXTERNAL',
      exportTo: ['.'],
    },
  );

/**
 * The listeners of the gateway: plain HTTP, or TLS with a certificate of the gateway's namespace and a redirect to it. The hosts of HTTPS are
 * matched with the SNI. A load balancer that connects to the gateway over TLS does not send it: there, only the hosts of the route match.
 */
function ingressGateway({ namespace }: Mesh, { hosts }: Entry, tls?: { readonly credential: string }): Gateway {
  const http = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [...hosts] };
  const servers = tls
    ? [
        { ...http, tls: { httpsRedirect: true } },
        {
          port: { number: 443, name: 'https', protocol: 'HTTPS' },
          hosts: ['*'],
          tls: { mode: 'SIMPLE' as const, credentialName: tls.credential, minProtocolVersion: 'TLSV1_2' as const },
        },
      ]
    : [http];
  return gateway({ name: GATEWAY_NAME, namespace }, { selector: { ...GATEWAY.labels }, servers });
}
