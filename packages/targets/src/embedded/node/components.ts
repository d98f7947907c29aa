import { timeoutFactor } from '@mesh-platform/kubernetes/time-limits';
import type { Instance } from '../instance.ts';
import { layout } from './layout.ts';

/** One process of the node. */
export interface Component {
  readonly name: string;
  readonly command: readonly string[];
}

const { pki, configuration } = layout;
const tls = (name: string) => ({ certificate: `${pki}/${name}.crt`, key: `${pki}/${name}.key` });
/** A service's own files are some hundred KiB and its packages some ten MiB: room for many days of edits. */
const REGISTRY_BYTES = 4 * 1024 ** 3;
const flags = (values: Readonly<Record<string, string | number | boolean>>): string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

/** The processes of the node in the order in which they start. */
export function components({ link: { node: address }, ports }: Pick<Instance, 'link' | 'ports'>): readonly Component[] {
  return [
    { name: 'etcd', command: ['etcd', ...flags(etcd)] },
    { name: 'containerd', command: ['containerd', '--config', `${configuration}/containerd.toml`] },
    { name: 'kube-apiserver', command: ['kube-apiserver', ...flags(apiServer(address))] },
    { name: 'kube-controller-manager', command: ['kube-controller-manager', ...flags(controllerManager())] },
    { name: 'kube-scheduler', command: ['kube-scheduler', ...flags(scheduler)] },
    { name: 'kubelet', command: ['kubelet', ...flags(kubelet(address))] },
    { name: 'kube-proxy', command: ['kube-proxy', `--config=${configuration}/kube-proxy.yaml`] },
    { name: 'coredns', command: ['coredns', '-conf', `${configuration}/Corefile`] },
    {
      name: 'registry',
      command: ['registry', '/var/lib/registry', String(REGISTRY_BYTES), layout.registry, `127.0.0.1:${ports.registry}`],
    },
  ];
}

const etcd = {
  'data-dir': '/var/lib/etcd',
  'listen-client-urls': 'https://127.0.0.1:2379',
  'advertise-client-urls': 'https://127.0.0.1:2379',
  'listen-peer-urls': 'https://127.0.0.1:2380',
  'client-cert-auth': true,
  'trusted-ca-file': `${pki}/etcd-ca.crt`,
  'cert-file': tls('etcd').certificate,
  'key-file': tls('etcd').key,
  'peer-client-cert-auth': true,
  'peer-trusted-ca-file': `${pki}/etcd-ca.crt`,
  'peer-cert-file': tls('etcd').certificate,
  'peer-key-file': tls('etcd').key,
  // A node that stops restarts at its next start, so nothing here needs to survive a power cut.
  'unsafe-no-fsync': true,
  // The API server compacts every five minutes; what that frees is used again, so a node of days stays far below.
  'quota-backend-bytes': 1024 ** 3,
  'max-wals': 2,
  'max-snapshots': 2,
  'log-level': 'warn',
};

const apiServer = (address: string) => ({
  'etcd-servers': 'https://127.0.0.1:2379',
  'etcd-cafile': `${pki}/etcd-ca.crt`,
  'etcd-certfile': tls('etcd-client').certificate,
  'etcd-keyfile': tls('etcd-client').key,
  'secure-port': layout.apiPort,
  'advertise-address': address,
  'anonymous-auth': false,
  'authorization-mode': 'Node,RBAC',
  'enable-admission-plugins': 'NodeRestriction',
  'allow-privileged': true,
  'service-cluster-ip-range': layout.serviceRange,
  'client-ca-file': `${pki}/ca.crt`,
  'tls-cert-file': tls('apiserver').certificate,
  'tls-private-key-file': tls('apiserver').key,
  'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
  'service-account-key-file': `${pki}/sa.pub`,
  'service-account-signing-key-file': `${pki}/sa.key`,
  'kubelet-certificate-authority': `${pki}/ca.crt`,
  'kubelet-client-certificate': tls('kubelet-client').certificate,
  'kubelet-client-key': tls('kubelet-client').key,
  'requestheader-client-ca-file': `${pki}/ca.crt`,
  'requestheader-allowed-names': 'front-proxy-client',
  'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
  'requestheader-group-headers': 'X-Remote-Group',
  'requestheader-username-headers': 'X-Remote-User',
  'proxy-client-cert-file': tls('front-proxy').certificate,
  'proxy-client-key-file': tls('front-proxy').key,
  profiling: false,
});

/** Kubernetes' own default for node-monitor-grace-period: after it a node whose kubelet is silent is Unknown, and its pods are not ready. */
const NODE_GRACE_SECONDS = 50;

const controllerManager = () => ({
  kubeconfig: `${configuration}/controller-manager.kubeconfig`,
  'authentication-kubeconfig': `${configuration}/controller-manager.kubeconfig`,
  'authorization-kubeconfig': `${configuration}/controller-manager.kubeconfig`,
  'bind-address': '127.0.0.1',
  'service-account-private-key-file': `${pki}/sa.key`,
  'root-ca-file': `${pki}/ca.crt`,
  'cluster-signing-cert-file': `${pki}/ca.crt`,
  'cluster-signing-key-file': `${pki}/ca.key`,
  'use-service-account-credentials': true,
  'allocate-node-cidrs': true,
  'cluster-cidr': layout.podRange,
  'service-cluster-ip-range': layout.serviceRange,
  'leader-elect': false,
  // It makes an account for each of its forty controllers before any of them starts: seconds, at the default of 20 queries a second.
  'kube-api-qps': 200,
  'kube-api-burst': 400,
  'node-monitor-grace-period': `${Math.ceil(NODE_GRACE_SECONDS * Math.max(1, timeoutFactor()))}s`,
  profiling: false,
});

const scheduler = {
  kubeconfig: `${configuration}/scheduler.kubeconfig`,
  'authentication-kubeconfig': `${configuration}/scheduler.kubeconfig`,
  'authorization-kubeconfig': `${configuration}/scheduler.kubeconfig`,
  'bind-address': '127.0.0.1',
  'leader-elect': false,
  profiling: false,
};

const kubelet = (address: string) => ({
  config: `${configuration}/kubelet.yaml`,
  kubeconfig: `${configuration}/kubelet.kubeconfig`,
  'hostname-override': layout.nodeName,
  'node-ip': address,
  'root-dir': '/var/lib/kubelet',
});
