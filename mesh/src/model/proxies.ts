import type { Inventory, Pods } from './inventory.ts';
import type { Workload } from './workloads.ts';

const INJECT = 'sidecar.istio.io/inject';
const TEMPLATES = 'inject.istio.io/templates';
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';
/** The proxy of a node in ambient mode. */
const ZTUNNEL = 'ztunnel';
const CALLED_GATEWAY = /gateway|ingress|egress/;
const ISTIO_GATEWAY = /^istio-.*(?:gateway|ingress|egress)/;

/** Whether istiod injects a proxy into pods: `no` only where the files show it. */
export function hasProxy({ namespace, labels, workload }: Pods, { namespaceLabels }: Inventory): 'yes' | 'no' | 'unknown' {
  if (workload?.hostNetwork) return 'no';
  const wish = labels.get(INJECT) ?? workload?.annotations.get(INJECT);
  if (wish !== undefined) return wish === 'true' ? 'yes' : 'no';
  if (labels.has('istio.io/rev')) return 'yes';
  const space = namespaceLabels.get(namespace);
  if (!space) return 'unknown';
  const injection = space.get('istio-injection');
  if (injection === 'enabled' || (space.has('istio.io/rev') && injection !== 'disabled')) return 'yes';
  return space.has('istio.io/dataplane-mode') ? 'unknown' : 'no';
}

/** Whether a workload is a gateway of Istio's, by a Gateway that selects it or by itself. */
export const isGateway = (workload: Workload, inventory: Inventory): boolean =>
  looksLikeGateway(workload) || inventory.gatewayPods.areSelected(workload.labels);

/** Whether a workload is made as Istio's charts make gateways. */
export function looksLikeGateway({ labels, annotations, name, isProxy }: Workload): boolean {
  if (annotations.get(TEMPLATES)?.includes('gateway') || labels.has(GATEWAY_NAME)) return true;
  return (isProxy && labels.get('app') !== ZTUNNEL) || CALLED_GATEWAY.test(labels.get('istio') ?? '') || ISTIO_GATEWAY.test(name);
}
