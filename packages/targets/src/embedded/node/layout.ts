/** Addresses and paths as the node itself sees them; the same in every instance, since each has namespaces of its own. */
export const layout = {
  nodeName: 'node',
  serviceRange: '10.96.0.0/16',
  podRange: '10.244.0.0/24',
  kubernetesService: '10.96.0.1',
  dnsService: '10.96.0.10',
  dnsPort: 1053,
  apiPort: 6443,
  binaries: '/opt/mesh-platform/bin',
  /** The instance's folder `node`, on the host's disk. */
  durable: '/var/lib/mesh-platform',
  pki: '/etc/kubernetes/pki',
  configuration: '/etc/kubernetes',
  containerd: '/run/containerd/containerd.sock',
  registry: '/run/registry.sock',
  cniConfiguration: '/etc/cni/net.d',
  cniPlugins: '/usr/lib/cni',
} as const;
