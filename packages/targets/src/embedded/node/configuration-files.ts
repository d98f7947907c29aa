import { existsSync } from 'node:fs';
import { timeoutFactor } from '@mesh-platform/kubernetes/time-limits';
import { layout } from './layout.ts';

const { pki, configuration } = layout;

/** A kernel that was started without IPv6 has no setting that would turn it off. */
const kernelHasIpv6 = (): boolean => existsSync('/proc/sys/net/ipv6');

/** The files that the components of the node read, by path within the node. */
export function configurationFiles(address: string, pauseImage: string, hasIpv6 = kernelHasIpv6()): ReadonlyMap<string, string> {
  const users = ['kubelet', 'controller-manager', 'scheduler', 'kube-proxy', 'coredns'];
  return new Map([
    ...users.map((user) => [`${configuration}/${user}.kubeconfig`, kubeconfig(user)] as const),
    ['/etc/hostname', `${layout.nodeName}\n`],
    // The API server reaches the kubelet (logs, exec) by the node's name.
    ['/etc/hosts', `127.0.0.1 localhost\n${address} ${layout.nodeName}\n`],
    ['/etc/resolv.conf', 'nameserver 127.0.0.1\n'],
    [`${layout.cniConfiguration}/10-pods.conflist`, JSON.stringify(podNetwork(hasIpv6), undefined, 2)],
    [`${configuration}/containerd.toml`, containerd(pauseImage)],
    [`${configuration}/kubelet.yaml`, JSON.stringify(kubelet(), undefined, 2)],
    [`${configuration}/kube-proxy.yaml`, JSON.stringify(kubeProxy, undefined, 2)],
    [`${configuration}/Corefile`, corefile(address)],
  ]);
}

const kubeconfig = (user: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster: { server: `https://127.0.0.1:${layout.apiPort}`, 'certificate-authority': `${pki}/ca.crt` } }],
    users: [{ name: user, user: { 'client-certificate': `${pki}/${user}.crt`, 'client-key': `${pki}/${user}.key` } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user } }],
    'current-context': 'local',
  });

/**
 * The network of the pods: each has a link of its own to the node, which routes. On a bridge, answers between pods would bypass
 * the address translation of services unless the kernel module br_netfilter is loaded. https://www.cni.dev/plugins/current/main/ptp/
 */
const podNetwork = (hasIpv6: boolean) => ({
  cniVersion: '0.4.0',
  name: 'pods',
  plugins: [
    {
      type: 'ptp',
      ipMasq: true,
      ipam: { type: 'host-local', ranges: [[{ subnet: layout.podRange }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
    // Istio redirects only IPv4: over IPv6 a pod would bypass its proxy and the policies of the others.
    ...(hasIpv6 ? [{ type: 'tuning', sysctl: { 'net.ipv6.conf.all.disable_ipv6': '1', 'net.ipv6.conf.default.disable_ipv6': '1' } }] : []),
    { type: 'portmap', capabilities: { portMappings: true } },
    { type: 'loopback' },
  ],
});

// restrict_oom_score_adj: without CAP_SYS_RESOURCE, runc cannot lower the score and dies.
const containerd = (pauseImage: string): string => `version = 2
root = "${layout.durable}/containerd"
state = "/run/containerd"
[grpc]
  address = "${layout.containerd}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  max_container_log_line_size = 65536
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${layout.cniPlugins}"
    conf_dir = "${layout.cniConfiguration}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
`;

/** Kubernetes' own defaults, in seconds: how often the kubelet reports the node's status, how long its lease lasts, how long containerd may take. */
const STATUS_SECONDS = 10;
const LEASE_SECONDS = 40;
const RUNTIME_SECONDS = 120;
/** A node that is ready again is Ready this many seconds later at most. */
const LONGEST_STATUS_SECONDS = 30;

/** The kubelet's time limits, multiplied. `nodeStatusUpdateFrequency` is also its limit for each request about the node's lease and status. */
const patience = (factor: number) => ({
  nodeStatusUpdateFrequency: `${Math.min(LONGEST_STATUS_SECONDS, Math.ceil(STATUS_SECONDS * factor))}s`,
  nodeStatusReportFrequency: '5m', // else it follows the frequency above
  nodeLeaseDurationSeconds: Math.ceil(LEASE_SECONDS * factor),
  runtimeRequestTimeout: `${Math.ceil(RUNTIME_SECONDS * factor)}s`,
});

const kubelet = () => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: `${pki}/ca.crt` } },
  authorization: { mode: 'Webhook' },
  tlsCertFile: `${pki}/kubelet.crt`,
  tlsPrivateKeyFile: `${pki}/kubelet.key`,
  containerRuntimeEndpoint: `unix://${layout.containerd}`,
  cgroupDriver: 'cgroupfs',
  failSwapOn: false,
  failCgroupV1: false, // hosts with cgroup v1 work too
  clusterDNS: [layout.dnsService],
  clusterDomain: 'cluster.local',
  resolvConf: '/etc/resolv.conf',
  maxPods: 200,
  // Images come only from the cache, so the kubelet must never delete one.
  imageGCHighThresholdPercent: 100,
  imageGCLowThresholdPercent: 99,
  evictionHard: { 'nodefs.available': '1%', 'imagefs.available': '1%', 'memory.available': '100Mi' },
  // By default a node admits nothing for five minutes after its disk has space again.
  evictionPressureTransitionPeriod: '5s',
  // The same image under two names, brought by `up` and pulled from the node's registry, would else be pulled again for the other name.
  imagePullCredentialsVerificationPolicy: 'NeverVerify',
  containerLogMaxSize: '10Mi',
  containerLogMaxFiles: 2,
  containerLogMonitorInterval: '3s',
  serializeImagePulls: false,
  registerNode: true,
  // The defaults of 5 queries a second make a node of twenty pods wait for its own status.
  kubeAPIQPS: 100,
  kubeAPIBurst: 200,
  ...patience(Math.max(1, timeoutFactor())),
});

const kubeProxy = {
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'iptables',
  clientConnection: { kubeconfig: `${configuration}/kube-proxy.kubeconfig` },
  clusterCIDR: layout.podRange,
  hostnameOverride: layout.nodeName,
  conntrack: { maxPerCore: 0, min: 0 },
  // Both answer without credentials, so only the node itself may reach them.
  healthzBindAddress: '127.0.0.1:10256',
  metricsBindAddress: '127.0.0.1:10249',
};

const corefile = (address: string): string => `.:${layout.dnsPort} {
  bind ${address}
  errors
  cache 5
  kubernetes cluster.local {
    kubeconfig ${configuration}/coredns.kubeconfig local
  }
}
`;
