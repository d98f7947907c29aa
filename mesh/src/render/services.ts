import { GATEWAY, ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import { appOf, DENY_ALL, KUBE_SYSTEM } from '../names.ts';
import { kubernetesObject, type MeshObject } from '../object.ts';
import type { Entry, Mesh, Service } from '../topology/mesh.ts';

/** The name by which callers find a service. Istio reads the protocol from the name of its port. */
export const serviceOf = ({ namespace }: Mesh, { name, port, portName }: Service): MeshObject =>
  kubernetesObject(
    'v1',
    'Service',
    { name, namespace, labels: appOf(name) },
    {
      spec: { selector: appOf(name), ports: [{ name: portName, port, targetPort: portName }] },
    },
  );

/** The identity of a service: its certificate names it. No pod gets a token of the API server. */
export const serviceAccountOf = ({ namespace }: Mesh, { name }: Service): MeshObject =>
  kubernetesObject('v1', 'ServiceAccount', { name, namespace, labels: appOf(name) }, { automountServiceAccountToken: false });

/** Its pods get sidecars, and none that is not hardened gets in. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export const namespaceOf = ({ namespace }: Mesh): MeshObject =>
  kubernetesObject(
    'v1',
    'Namespace',
    {
      name: namespace,
      labels: {
        'istio-injection': 'enabled',
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/audit': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      },
    },
    {},
  );

/** The port of istiod that a sidecar uses. https://istio.io/latest/docs/ops/deployment/application-requirements/ */
export const ISTIOD_PORT = 15_012;
/** The ports where the proxy reports its readiness, and where Istio's agent answers the probes of the application. */
export const PROXY_READY_PORT = 15_021;
export const AGENT_PROBE_PORT = 15_020;
export const DNS_PORT = 53;

const namespaceNamed = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
const tcp = (port: number) => ({ protocol: 'TCP', port });

/** Denies all traffic of pods that the topology does not declare. */
export const denyAllNetworkPolicy = ({ namespace }: Mesh): MeshObject =>
  kubernetesObject(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    { name: DENY_ALL, namespace },
    {
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    },
  );

/** The third policy check, below the proxies: allows packets only from callers, and only to callees, istiod and DNS. */
export function serviceNetworkPolicy(mesh: Mesh, service: Service): MeshObject {
  const callers = (mesh.callersOf.get(service.name) ?? []).map(({ from }) => ({ podSelector: { matchLabels: appOf(from) } }));
  const { gateway } = mesh;
  const gateways = gateway?.to === service.name ? [gatewayPods(gateway)] : [];
  const from = [...gateways, ...callers];
  return kubernetesObject(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    { name: service.name, namespace: mesh.namespace, labels: appOf(service.name) },
    {
      spec: {
        podSelector: { matchLabels: appOf(service.name) },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [
          ...(from.length > 0 ? [{ from, ports: [tcp(service.port)] }] : []),
          { ports: [AGENT_PROBE_PORT, PROXY_READY_PORT].map(tcp) }, // the kubelet's, which no selector names
        ],
        egress: [
          { to: [{ namespaceSelector: namespaceNamed(KUBE_SYSTEM) }], ports: [{ protocol: 'UDP', port: DNS_PORT }, tcp(DNS_PORT)] },
          {
            to: [{ namespaceSelector: namespaceNamed(ISTIO_NAMESPACE), podSelector: { matchLabels: { app: 'istiod' } } }],
            ports: [tcp(ISTIOD_PORT)],
          },
          ...service.calls.map((call) => egressTo(mesh, call.to)),
        ],
      },
    },
  );
}

const gatewayPods = ({ pods }: Entry) => ({
  namespaceSelector: namespaceNamed(pods.namespace),
  podSelector: { matchLabels: { ...GATEWAY.labels } },
});

/** External hosts have names and no labels: only the proxy can distinguish them. */
function egressTo({ externals, services }: Mesh, to: string) {
  const external = externals.get(to);
  if (external) return { ports: [tcp(external.port)] };
  return { to: [{ podSelector: { matchLabels: appOf(to) } }], ports: [tcp(services.get(to)?.port ?? 0)] };
}
