import { GATEWAY, ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import { KUBE_SYSTEM } from '../../names.ts';
import type { MeshObject } from '../../object.ts';
import type { Entry, Mesh, Service } from '../../topology/mesh.ts';
import { appOf, kubernetesObject } from './object.ts';

/** The ports of istiod that a sidecar uses, and the ports that the kubelet probes: https://istio.io/latest/docs/ops/deployment/application-requirements/ */
const ISTIOD = 15012;
const PROBES = [15020, 15021];

const namespaceNamed = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
const tcp = (port: number) => ({ protocol: 'TCP', port });

/** Denies all traffic of pods that the topology does not declare. */
export const denyAllNetworkPolicy = ({ namespace }: Mesh): MeshObject =>
  kubernetesObject(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    { name: 'deny-all', namespace },
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
          { ports: PROBES.map(tcp) }, // the kubelet's, which no selector names
        ],
        egress: [
          { to: [{ namespaceSelector: namespaceNamed(KUBE_SYSTEM) }], ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] },
          {
            to: [{ namespaceSelector: namespaceNamed(ISTIO_NAMESPACE), podSelector: { matchLabels: { app: 'istiod' } } }],
            ports: [tcp(ISTIOD)],
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
