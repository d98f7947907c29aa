import { GATEWAY, type KubernetesObject } from '@mesh-platform/kubernetes';
import { load } from 'js-yaml';
import { member, type TerraformModule } from '../../hcl/terraform-module.ts';
import { resourcesOf } from '../aws/resources.ts';

/** A rule for Istio's rendered installation on a cluster of AWS; the codes continue those of the Terraform modules. */
export interface IstioCheck {
  readonly code: `AWS${number}`;
  readonly title: string;
  /** The edit that fixes it. */
  readonly hint: string;
  /** What is wrong; empty where nothing is. `edge`: the Terraform module of the load balancer. */
  readonly find: (objects: readonly Rendered[], edge: TerraformModule) => readonly string[];
}

/** The fields of rendered objects that the rules read. */
export interface Rendered extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly strategy?: { readonly rollingUpdate?: { readonly maxUnavailable?: number | string } };
    readonly template?: { readonly spec?: PodSpec };
    readonly ports?: readonly { readonly port: number; readonly targetPort: number }[];
  };
}
interface PodSpec {
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly {
    readonly env?: readonly { readonly name: string; readonly value?: string }[];
    readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
  }[];
}

/**
 * Seconds for which a network load balancer opens connections to a target that was deregistered, whatever the group's delay: measured by users,
 * not documented. https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2366
 */
const STILL_ROUTED_SECONDS = 120;

export const istioChecks: readonly IstioCheck[] = [
  {
    code: 'AWS309',
    title: 'a rollout of the gateway loses no connection',
    hint: 'set maxUnavailable to 0, label the namespace for readiness gates, sleep in preStop while the load balancer still routes, drain longer than deregistration_delay',
    find: (objects, edge) => [...rolloutOf(objects), ...drainOf(objects, edge)],
  },
  {
    code: 'AWS312',
    title: 'pods that started before the CNI plugin are deleted, not repaired in place',
    hint: 'set values.cni.repair: { repairPods: false, deletePods: true }: repair in place fails since Istio 1.27 (https://github.com/istio/istio/issues/57332)',
    find: (objects) => {
      const { REPAIR_REPAIR_PODS: repairs, REPAIR_DELETE_PODS: deletes } = named(objects, 'ConfigMap', 'istio-cni-config')?.data ?? {};
      if (repairs === 'true') return ['REPAIR_REPAIR_PODS is on'];
      return deletes === 'true' ? [] : ['REPAIR_DELETE_PODS is off: a pod without redirection crashes until it is deleted'];
    },
  },
];

const named = (objects: readonly Rendered[], kind: string, name: string) =>
  objects.find((object) => object.kind === kind && object.metadata?.name === name);

function rolloutOf(objects: readonly Rendered[]): readonly string[] {
  const { maxUnavailable } = named(objects, 'Deployment', GATEWAY.name)?.spec?.strategy?.rollingUpdate ?? {};
  const gate = named(objects, 'Namespace', GATEWAY.namespace)?.metadata?.labels?.['elbv2.k8s.aws/pod-readiness-gate-inject'];
  return [
    ...(maxUnavailable === 0 ? [] : [`maxUnavailable is ${maxUnavailable ?? '25%'}: a pod ends before its successor is ready`]),
    ...(gate === 'enabled'
      ? []
      : [`${GATEWAY.namespace} asks for no readiness gate: a pod is ready before the load balancer sends it anything`]),
  ];
}

function drainOf(objects: readonly Rendered[], edge: TerraformModule): readonly string[] {
  const pod = named(objects, 'Deployment', GATEWAY.name)?.spec?.template?.spec;
  const [container] = pod?.containers ?? [];
  const sleep = container?.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const config = load(container?.env?.find(({ name }) => name === 'PROXY_CONFIG')?.value ?? '{}') as { terminationDrainDuration?: string };
  const drain = Number.parseInt(config.terminationDrainDuration ?? '5', 10); // Istio's default is 5s
  const grace = pod?.terminationGracePeriodSeconds ?? 30; // Kubernetes' default
  const groups = resourcesOf(edge, 'aws_lb_target_group').map(({ address, values }) => {
    return { address, delay: Number(member(values, 'deregistration_delay') ?? 300) }; // AWS's default
  });
  return [
    ...(sleep >= STILL_ROUTED_SECONDS
      ? []
      : [`preStop waits ${sleep} s, and the load balancer routes to the pod for ${STILL_ROUTED_SECONDS} s`]),
    ...groups
      .filter(({ delay }) => drain <= delay)
      .map(({ address, delay }) => `the gateway drains for ${drain} s, and ${address} keeps its connections for ${delay} s`),
    ...(grace > sleep + drain ? [] : [`the pod is killed after ${grace} s, before preStop (${sleep} s) and the drain (${drain} s) end`]),
  ];
}
