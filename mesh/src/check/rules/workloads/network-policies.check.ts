import { ISTIO_NAMESPACE } from '@mesh-platform/kubernetes';
import { type Fields, fields, isGiven, labels, list } from '../../../model/fields.ts';
import { type Inventory, podsOf } from '../../../model/inventory.ts';
import { type Admission, type NetworkPolicy, opensPort } from '../../../model/network-policies.ts';
import { hasProxy } from '../../../model/proxies.ts';
import { append, covers, SelectorIndex } from '../../../model/selection.ts';
import { targetPortOf, type Workload } from '../../../model/workloads.ts';
import { AGENT_PROBE_PORT, DNS_PORT, ISTIOD_PORT, PROXY_READY_PORT } from '../../../render/services.ts';
import type { Mesh } from '../../../topology/mesh.ts';
import { type Findings, rule } from '../rule.ts';

/** The traffic that the policies on a pod allow together in one direction; undefined where none of them isolates it. */
interface Isolation {
  readonly pod: Workload;
  readonly who: string;
  readonly policies: readonly NetworkPolicy[];
  readonly admissions: readonly Admission[];
}

function isolations(direction: 'ingress' | 'egress', inventory: Inventory): readonly Isolation[] {
  const isolating = inventory.networkPolicies.filter((policy) => policy[direction] !== undefined && !policy.hasExpressions);
  const index = new SelectorIndex(isolating);
  const byPod = new Map<Workload, NetworkPolicy[]>();
  const podless: NetworkPolicy[] = [];
  for (const policy of isolating) {
    const pods = inventory.podsOf(policy.namespace, policy.selector);
    for (const pod of pods) append(byPod, pod, policy);
    if (pods.length === 0 && policy.selector.size > 0) podless.push(policy);
  }
  const isolation = (pod: Workload, who: string, policies: readonly NetworkPolicy[]): Isolation => ({
    pod,
    who,
    policies,
    admissions: policies.flatMap((policy) => policy[direction] ?? []),
  });
  return [
    ...[...byPod].map(([pod, policies]) => isolation(pod, `the pods of ${pod.object.kind} ${pod.name}`, policies)),
    ...podless.map((policy) => isolation(assumedPod(policy), 'the pods that it selects', [policy, ...alsoOn(policy, index)])),
  ];
}

/** A pod with the labels that a selector requires, where no object describes the pod. */
const assumedPod = ({ object, name, namespace, selector }: NetworkPolicy): Workload => ({
  object,
  name,
  namespace,
  labels: selector,
  annotations: new Map(),
  serviceAccount: 'default',
  ports: [],
  replicas: 1,
  probePorts: [],
  hostNetwork: false,
  isProxy: false,
  users: [],
});

/** The other policies on the pods that a policy selects. */
const alsoOn = ({ namespace, selector, object }: NetworkPolicy, index: SelectorIndex<NetworkPolicy>): readonly NetworkPolicy[] =>
  [...index.selecting(namespace, selector), ...index.open(namespace)].filter((one) => one.object !== object);

/** Whether a pod has a proxy; where the files do not show it, an AuthorizationPolicy of its namespace means that its pods are in the mesh. */
function isInMesh(pod: Workload, inventory: Inventory, mesh: Mesh | undefined): boolean {
  const injected = hasProxy(podsOf(pod), inventory);
  if (injected !== 'unknown') return injected === 'yes';
  return pod.namespace === mesh?.namespace || inventory.authorizationPolicies.some(({ namespace }) => namespace === pod.namespace);
}

/** Every namespace has it. https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name */
const NAME_LABEL = 'kubernetes.io/metadata.name';

/** Whether a peer can be a pod of a namespace of the cluster's own. One that no file describes has only labels with its name. */
function mayBeIn(peer: Fields, namespace: string, own: string, inventory: Inventory): boolean {
  if (isGiven(peer.ipBlock)) return true;
  if (!isGiven(peer.namespaceSelector)) return own === namespace;
  const wanted = labels(fields(peer.namespaceSelector).matchLabels);
  if (list(fields(peer.namespaceSelector).matchExpressions).length > 0) return true;
  const known = inventory.namespaceLabels.get(namespace);
  if (known && covers(wanted, new Map([[NAME_LABEL, namespace], ...known]))) return true;
  return !known && [...wanted.values()].every((value) => value === namespace);
}

const reaches = (
  admissions: readonly Admission[],
  namespace: string,
  own: string,
  port: number,
  protocol: string,
  inventory: Inventory,
): boolean =>
  admissions.some(
    (one) =>
      opensPort(one, port, protocol) && (one.peers.length === 0 || one.peers.some((peer) => mayBeIn(peer, namespace, own, inventory))),
  );

/** The kubelet is no pod: only a rule for every source, or an ipBlock, matches it. */
const admitsKubelet = (admissions: readonly Admission[], port: number): boolean =>
  admissions.some((one) => opensPort(one, port) && (one.peers.length === 0 || one.peers.some(({ ipBlock }) => isGiven(ipBlock))));

export const networkPolicyIstiod = rule({
  code: 'MESH403',
  title: 'a NetworkPolicy lets proxies reach istiod and the DNS',
  otherwise: 'the proxy gets no certificate and no configuration, and its pod is never ready',
  hint: `add egress to namespace ${ISTIO_NAMESPACE}, TCP ${ISTIOD_PORT}, and to namespace kube-system, UDP and TCP ${DNS_PORT}`,
  find: (inventory, mesh) =>
    isolations('egress', inventory)
      .filter(({ pod }) => isInMesh(pod, inventory, mesh))
      .flatMap(({ pod, who, policies: [at], admissions }): Findings => {
        const missing = [
          ...(reaches(admissions, ISTIO_NAMESPACE, pod.namespace, ISTIOD_PORT, 'TCP', inventory) ? [] : [`istiod (${ISTIOD_PORT})`]),
          ...(reaches(admissions, 'kube-system', pod.namespace, DNS_PORT, 'UDP', inventory) ? [] : [`the DNS (${DNS_PORT})`]),
        ];
        return at && missing.length > 0 ? { at, path: 'spec.egress', message: `${who} cannot reach ${missing.join(' and ')}` } : [];
      }),
});

/** The ports that the kubelet asks; those of a pod with a proxy are the agent's. */
function probedPorts(pod: Workload, injected: boolean): readonly number[] {
  if (injected) return [PROXY_READY_PORT, ...(pod.probePorts.length > 0 ? [AGENT_PROBE_PORT] : [])];
  return [...new Set(pod.probePorts.map((port) => targetPortOf(pod, port)).filter((port) => port !== undefined))];
}

export const networkPolicyProbes = rule({
  code: 'MESH404',
  title: 'a NetworkPolicy admits the probes of the kubelet',
  otherwise: 'pods are never ready where the network enforces policies for the node too',
  hint: `add ingress without a from for the probed ports; those of a pod with a proxy are ${PROXY_READY_PORT} and ${AGENT_PROBE_PORT}`,
  styleOnly: true,
  find: (inventory, mesh) =>
    isolations('ingress', inventory).flatMap(({ pod, who, policies: [at], admissions }): Findings => {
      const closed = probedPorts(pod, isInMesh(pod, inventory, mesh)).filter((port) => !admitsKubelet(admissions, port));
      return at && closed.length > 0
        ? {
            at,
            path: 'spec.ingress',
            message: `no rule admits the kubelet, which probes ${closed.join(' and ')} of ${who}`,
          }
        : [];
    }),
});
