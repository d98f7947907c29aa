/** What a pod asks for. vCPU in thousandths, memory in MiB. */
export interface PodRequest {
  readonly name: string;
  readonly cpu: number;
  readonly memory: number;
}

/**
 * What EKS's add-ons and the controllers' charts ask for, which nothing here renders. Estimates, not read
 * off a cluster: compare them with `kubectl describe node` of your own, and correct them here.
 */
export const addonsOfNode: readonly PodRequest[] = [
  { name: 'aws-node', cpu: 50, memory: 0 }, // two containers
  { name: 'kube-proxy', cpu: 100, memory: 0 },
  { name: 'eks-pod-identity-agent', cpu: 0, memory: 64 },
  { name: 'ebs-csi-node', cpu: 30, memory: 120 },
  { name: 'aws-for-fluent-bit', cpu: 50, memory: 50 }, // its chart's values
];

const twice = (request: PodRequest): readonly PodRequest[] => [request, request];

export const addonsOfCluster: readonly PodRequest[] = [
  ...twice({ name: 'coredns', cpu: 100, memory: 70 }),
  ...twice({ name: 'ebs-csi-controller', cpu: 60, memory: 240 }),
  ...twice({ name: 'metrics-server', cpu: 100, memory: 200 }),
  ...twice({ name: 'aws-load-balancer-controller', cpu: 50, memory: 128 }),
  ...twice({ name: 'cluster-autoscaler', cpu: 50, memory: 128 }),
  ...twice({ name: 'external-secrets', cpu: 20, memory: 64 }),
  ...twice({ name: 'kyverno-admission-controller', cpu: 100, memory: 128 }),
  { name: 'external-secrets-webhook', cpu: 20, memory: 64 },
  { name: 'external-secrets-cert-controller', cpu: 20, memory: 64 },
  { name: 'cert-manager', cpu: 20, memory: 64 },
  { name: 'cert-manager-webhook', cpu: 20, memory: 32 },
  { name: 'cert-manager-cainjector', cpu: 20, memory: 64 },
];
