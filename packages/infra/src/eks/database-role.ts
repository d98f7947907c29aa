import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type KubernetesObject, users } from '@mesh-platform/kubernetes';
import { clientList, passwordSecret, passwordsVolume, READABLE_BY_GROUP } from '../postgres/clients-patch.ts';
import type { DatabaseClient } from '../topology/database-clients.ts';
import { type AwsPlace, databaseSettings, object, secretStore } from './aws-objects.ts';
import { clientSecretOf, type Outputs } from './outputs.ts';

/** Outside of the mesh, and of the platform: no workload that serves requests may use the master password. */
export const ADMIN_NAMESPACE = 'database-admin';
const NAME = 'database-role';
/** Seconds after which a job that has ended goes: the next `up` runs it again, with the passwords of then. */
const KEPT_SECONDS = 600;

/**
 * A job that gives each client a role with its password, and a database, by the master password that RDS rotates. Run once, for another
 * client, and after a new password. Nothing where there are no clients.
 */
export function databaseRole(
  outputs: Outputs,
  { clients, authorities }: Pick<AwsPlace, 'clients' | 'authorities'>,
  image: string,
): readonly KubernetesObject[] {
  if (clients.length === 0) return [];
  const place = { namespace: ADMIN_NAMESPACE, clients, authorities };
  return [
    namespace(),
    ...masterAndClients(outputs, clients),
    ...reach(outputs),
    databaseSettings(outputs, place),
    script(),
    job(clients, image),
  ];
}

const namespace = (): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: ADMIN_NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  }) as KubernetesObject;

function masterAndClients(outputs: Outputs, clients: readonly DatabaseClient[]): readonly KubernetesObject[] {
  const secret = (name: string, key: string, properties: readonly string[]) =>
    object('external-secrets.io/v1', 'ExternalSecret', name, ADMIN_NAMESPACE, {
      spec: {
        refreshInterval: '5m',
        secretStoreRef: { kind: 'SecretStore', name: 'aws' },
        target: { name, creationPolicy: 'Owner' },
        data: properties.map((property) => ({ secretKey: property, remoteRef: { key, property } })),
      },
    });
  return [
    secretStore(outputs.region, ADMIN_NAMESPACE),
    secret('postgres-master', outputs.database.master_secret_arn, ['username', 'password']),
    ...clients.map(({ service }) => secret(passwordSecret(service), clientSecretOf(outputs, service), ['password'])),
  ];
}

/** Names and the database, nothing else; by AWS's groups and by Kubernetes' policies. */
const reach = ({ database, node_security_group_id }: Outputs): readonly KubernetesObject[] => [
  object('vpcresources.k8s.aws/v1beta1', 'SecurityGroupPolicy', NAME, ADMIN_NAMESPACE, {
    spec: {
      podSelector: { matchLabels: { app: NAME } },
      securityGroups: { groupIds: [database.client_security_group_id, node_security_group_id] },
    },
  }),
  object('networking.k8s.io/v1', 'NetworkPolicy', NAME, ADMIN_NAMESPACE, {
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      egress: [
        {
          ports: [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
        },
        { ports: [{ port: database.port, protocol: 'TCP' }] },
      ],
    },
  }),
];

const SCRIPT = readFileSync(new URL('create-roles.js', import.meta.url), 'utf8');

const script = (): KubernetesObject => object('v1', 'ConfigMap', NAME, ADMIN_NAMESPACE, { data: { 'create-roles.mjs': SCRIPT } });

/** A job cannot be changed: another one has another name. */
function job(clients: readonly DatabaseClient[], image: string): KubernetesObject {
  const template = {
    metadata: { labels: { app: NAME } },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: users.databaseRole,
        runAsGroup: users.databaseRole,
        fsGroup: users.databaseRole,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [container(clients, image)],
      volumes: [
        { name: 'script', configMap: { name: NAME } },
        { name: 'database', configMap: { name: 'database' } },
        { name: 'master', secret: { secretName: 'postgres-master', defaultMode: READABLE_BY_GROUP } },
        passwordsVolume('clients', clients),
      ],
    },
  };
  const hash = createHash('sha256').update(JSON.stringify(template)).update(SCRIPT).digest('hex').slice(0, 8);
  return object('batch/v1', 'Job', `${NAME}-${hash}`, ADMIN_NAMESPACE, {
    spec: { backoffLimit: 5, activeDeadlineSeconds: 300, ttlSecondsAfterFinished: KEPT_SECONDS, template },
  });
}

const container = (clients: readonly DatabaseClient[], image: string) => ({
  name: NAME,
  image,
  command: ['node', '/run/script/create-roles.mjs'],
  env: [
    ...[
      ['PGHOST', 'host'],
      ['PGPORT', 'port'],
      ['PGDATABASE', 'name'],
    ].map(([name, key]) => ({
      name,
      valueFrom: { configMapKeyRef: { name: 'database', key } },
    })),
    { name: 'CLIENTS', value: clientList(clients) },
  ],
  resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '1', memory: '256Mi' } },
  securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  volumeMounts: [
    { name: 'script', mountPath: '/run/script', readOnly: true },
    { name: 'database', mountPath: '/run/database', readOnly: true },
    { name: 'master', mountPath: '/run/secrets/master', readOnly: true },
    { name: 'clients', mountPath: '/run/secrets/clients', readOnly: true },
  ],
});
