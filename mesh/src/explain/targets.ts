import { nameOf } from '@mesh-platform/kubernetes';
import { decide, type SeenRequest } from '../model/authorization.ts';
import { type DestinationRule, policyFor } from '../model/destination-rules.ts';
import { accountOf, type Inventory } from '../model/inventory.ts';
import { podPortOf } from '../model/policy-ports.ts';
import { isHttp } from '../model/protocol.ts';
import { covers } from '../model/selection.ts';
import type { Host } from '../model/services.ts';
import type { Destination } from '../model/virtual-services.ts';
import type { Workload } from '../model/workloads.ts';
import { principalOf } from '../names.ts';
import type { Chosen, HttpRequest } from './choose-route.ts';
import type { Target } from './explanation.ts';
import { normalizedPath } from './normalize-path.ts';
import type { Caller } from './parties.ts';

/** A request with its caller and its route. */
export interface Journey {
  readonly caller: Caller;
  readonly chosen: Chosen;
  readonly request: HttpRequest;
  readonly protocol: SeenRequest['protocol'];
}

/** The versions that a route leads to, and what each of them does with the request. */
export function targetsOf(journey: Journey, inventory: Inventory): readonly Target[] {
  const { destinations } = journey.chosen;
  const weights = destinations.map(({ weight }) => weight ?? (destinations.length === 1 ? 100 : 0));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return destinations.flatMap((destination, index) => reached(destination, (100 * (weights[index] ?? 0)) / (sum || 1), journey, inventory));
}

function reached(destination: Destination, percent: number, journey: Journey, inventory: Inventory): readonly Target[] {
  const from = journey.caller.pods.namespace;
  const [host] = inventory.hostsNamed(destination.fullHost, from);
  const refused = (by: string): readonly Target[] => [
    { host: destination.fullHost, version: destination.subset ?? '', percent, admitted: 'no', reason: 'no-pods', answer: '503', by },
  ];
  if (!host) return refused(`there is no host ${destination.fullHost}`);
  if (!host.selector) return [{ host: destination.fullHost, version: '', percent, admitted: 'yes' }];
  const rule = ruleFor(destination, host, from, inventory);
  const subset = rule?.subsets.find(({ name }) => name === destination.subset);
  if (destination.subset !== undefined && !subset) return refused(`no DestinationRule defines the subset ${destination.subset}`);
  const pods = inventory.podsBehind(host).filter(({ labels, replicas }) => replicas > 0 && (!subset || covers(subset.labels, labels)));
  if (pods.length === 0) return refused(`no pods are behind ${destination.fullHost}${subset ? `, subset ${subset.name}` : ''}`);
  const all = pods.reduce((total, { replicas }) => total + replicas, 0);
  return pods.map((pod) => ({
    host: destination.fullHost,
    version: pod.labels.get('version') ?? '',
    percent: Number(((percent * pod.replicas) / all).toFixed(2)),
    ...answerOf(pod, host, { destination, ...(rule ? { rule } : {}) }, journey, inventory),
  }));
}

/** Istio takes a rule of the caller's namespace before one of the callee's. */
function ruleFor({ fullHost, subset }: Destination, host: Host, from: string, inventory: Inventory): DestinationRule | undefined {
  const rules = inventory
    .rulesFor(fullHost, from)
    .filter((rule) => subset === undefined || rule.subsets.some(({ name }) => name === subset));
  return rules.find(({ namespace }) => namespace === from) ?? rules.find(({ namespace }) => namespace === host.namespace) ?? rules[0];
}

interface Way {
  readonly destination: Destination;
  readonly rule?: DestinationRule;
}

/** The result of one pod's proxy: of the handshake first, then of the policies. */
function answerOf(
  pod: Workload,
  host: Host,
  { destination, rule }: Way,
  { caller, chosen, request, protocol }: Journey,
  inventory: Inventory,
): Pick<Target, 'admitted' | 'reason' | 'answer' | 'by'> {
  const number = destination.port ?? request.port;
  const port = host.ports.find((one) => one.number === number) ?? host.ports[0];
  const podPort = (port && podPortOf(port, pod)) ?? number;
  const tls = rule && policyFor(rule, destination.subset, port?.number ?? number)?.tls;
  const callee = inventory.mutualTlsOf(pod, podPort);
  const plain = tls !== undefined && tls.mode !== 'ISTIO_MUTUAL' && tls.mode !== 'MUTUAL';
  const unmet = isHttp(protocol) ? '503' : 'a closed connection';
  if (rule && plain && callee.mode === 'STRICT')
    return {
      admitted: 'no',
      reason: 'mutual-tls',
      answer: unmet,
      by: `${nameOf(rule.object)} speaks ${tls.mode}, and the callee asks for mutual TLS`,
    };
  const identity = `spiffe://${principalOf({ ...caller.identity, namespace: pod.namespace }, pod.serviceAccount)}`;
  if (rule && !plain && tls && tls.subjectAltNames.length > 0 && !tls.subjectAltNames.includes(identity))
    return {
      admitted: 'no',
      reason: 'mutual-tls',
      answer: unmet,
      by: `${nameOf(rule.object)} does not accept ${accountOf(pod)} as the callee`,
    };
  return authorized(
    pod,
    {
      caller: plain || callee.mode === 'DISABLE' ? 'anonymous' : caller.identity,
      port: podPort,
      protocol,
      ...(isHttp(protocol)
        ? { method: request.method, path: normalizedPath(chosen.path) ?? chosen.path, host: chosen.host, headers: request.headers }
        : {}),
    },
    inventory,
  );
}

/** The verdict of the policies on a pod. */
export function authorized(
  pod: Workload,
  request: SeenRequest,
  inventory: Inventory,
): Pick<Target, 'admitted' | 'reason' | 'answer' | 'by'> {
  const { admitted, policy, rule, silent } = decide(inventory.policiesOn(pod), request);
  if (admitted === 'no') {
    const by = policy ? `${nameOf(policy.object)} ${rule?.path}` : silent.map(({ object }) => nameOf(object)).join(', ');
    return { admitted, reason: 'authorization', answer: refusalOf(request.protocol), by };
  }
  return { admitted, ...(policy ? { by: `${nameOf(policy.object)} ${rule?.path}` } : {}) };
}

/** The response to a caller that the callee's proxy denies. */
const refusalOf = (protocol: SeenRequest['protocol']): string =>
  protocol === 'grpc' ? 'gRPC status 7, PERMISSION_DENIED' : protocol === 'http' ? '403' : 'a closed connection';
