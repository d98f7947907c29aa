import { layout } from './layout.ts';

interface Certificate {
  readonly name: string;
  readonly subject: string;
  readonly alternatives?: readonly string[];
  readonly authority?: 'ca' | 'etcd-ca';
}

/** A year; the node makes new ones at each start. */
const DAYS = 365;

const certificates = (linkAddress: string): readonly Certificate[] => [
  {
    name: 'apiserver',
    subject: '/CN=kube-apiserver',
    alternatives: [
      ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', 'localhost'].map(
        (name) => `DNS:${name}`,
      ),
      ...['127.0.0.1', layout.kubernetesService, linkAddress].map((address) => `IP:${address}`),
    ],
  },
  { name: 'admin', subject: '/O=system:masters/CN=admin' },
  {
    name: 'kubelet',
    subject: `/O=system:nodes/CN=system:node:${layout.nodeName}`,
    alternatives: [`DNS:${layout.nodeName}`, `IP:${linkAddress}`],
  },
  { name: 'kubelet-client', subject: '/O=system:masters/CN=kube-apiserver-kubelet-client' },
  { name: 'front-proxy', subject: '/CN=front-proxy-client' },
  { name: 'controller-manager', subject: '/CN=system:kube-controller-manager' },
  { name: 'scheduler', subject: '/CN=system:kube-scheduler' },
  { name: 'kube-proxy', subject: '/CN=system:kube-proxy' },
  { name: 'coredns', subject: '/CN=system:coredns' },
  // etcd trusts an authority of its own: a certificate of the cluster's, however privileged, does not open the database.
  { name: 'etcd', subject: '/CN=etcd', alternatives: ['IP:127.0.0.1'], authority: 'etcd-ca' },
  { name: 'etcd-client', subject: '/CN=kube-apiserver-etcd-client', authority: 'etcd-ca' },
];

/** A shell script that makes every key and certificate of the node in the current folder. */
export function certificatesScript(linkAddress: string): string {
  return [
    'set -eu',
    'umask 077',
    ...['ca', 'etcd-ca'].map(
      (name) =>
        `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days ${DAYS} -subj /CN=${name} -keyout ${name}.key -out ${name}.crt 2>/dev/null`,
    ),
    'openssl genrsa -out sa.key 2048 2>/dev/null',
    'openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null',
    // Side by side: each costs a process or two, and a node is waited for.
    'issued=',
    ...certificates(linkAddress).flatMap((certificate, index) => ['(', ...issue(certificate, index), ') & issued="$issued $!"']),
    'for one in $issued; do wait "$one"; done',
  ].join('\n');
}

function issue({ name, subject, alternatives, authority = 'ca' }: Certificate, index: number): string[] {
  const extensions = ['extendedKeyUsage=serverAuth,clientAuth', ...(alternatives ? [`subjectAltName=${alternatives.join()}`] : [])];
  return [
    `openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj ${subject} -keyout ${name}.key -out ${name}.csr 2>/dev/null`,
    `printf '${extensions.join('\\n')}\\n' > ${name}.ext`,
    `openssl x509 -req -in ${name}.csr -CA ${authority}.crt -CAkey ${authority}.key -set_serial ${index + 2} -days ${DAYS} -extfile ${name}.ext -out ${name}.crt 2>/dev/null`,
    `rm ${name}.csr ${name}.ext`,
  ];
}
