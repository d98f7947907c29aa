import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type KubernetesObject, users } from '@mesh-platform/kubernetes';
import { clientList, passwordSecret, READABLE_BY_GROUP } from '../postgres/clients-patch.ts';
import type { DatabaseClient } from '../topology/database-clients.ts';
import { type AwsPlace, databaseSettings, object, secretStore } from './aws-objects.ts';
import { loginsOf, type Outputs } from './outputs.ts';

/** Outside of the mesh, and of the platform: no workload that serves requests may use the master password. */
export const ADMIN_NAMESPACE = 'database-admin';
const NAME = 'database-role';
/** Seconds after which a job that has ended goes: the next `up` runs it again, with the passwords of then. */
const KEPT_SECONDS = 600;

/**
 * A job that gives each client a role with two logins, and a database, by the master password that RDS rotates. Run once, for another client,
 * and after a rotation: before the services are given the new login. Nothing where there are no clients.
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
    job(clients, image, outputs.database.client_password_version),
  ];
}

const namespace = (): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: ADMIN_NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  }) as KubernetesObject;

/** External Secrets copies a Secret at once where its ExternalSecret has changed: the annotation changes with each rotation. */
function masterAndClients(outputs: Outputs, clients: readonly DatabaseClient[]): readonly KubernetesObject[] {
  const { client_password_version, master_secret_arn } = outputs.database;
  const secret = (name: string, data: readonly object[]) =>
    object('external-secrets.io/v1', 'ExternalSecret', name, ADMIN_NAMESPACE, {
      metadata: { name, namespace: ADMIN_NAMESPACE, annotations: { 'mesh.platform/password-version': `${client_password_version}` } },
      spec: {
        refreshInterval: '5m',
        secretStoreRef: { kind: 'SecretStore', name: 'aws' },
        target: { name, creationPolicy: 'Owner' },
        data,
      },
    });
  return [
    secretStore(outputs.region, ADMIN_NAMESPACE),
    secret(
      'postgres-master',
      ['username', 'password'].map((property) => ({ secretKey: property, remoteRef: { key: master_secret_arn, property } })),
    ),
    ...clients.map(({ service }) => {
      const logins = Object.entries(loginsOf(outputs, service));
      return secret(
        passwordSecret(service),
        logins.map(([secretKey, key]) => ({ secretKey, remoteRef: { key } })),
      );
    }),
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

const textOf = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const SCRIPTS = { 'create-roles.mjs': textOf('create-roles.js'), 'roles.mjs': textOf('roles.js') };

const script = (): KubernetesObject => object('v1', 'ConfigMap', NAME, ADMIN_NAMESPACE, { data: SCRIPTS });

/** A job cannot be changed: another one, for another version of the passwords too, has another name. */
function job(clients: readonly DatabaseClient[], image: string, version: number): KubernetesObject {
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
      containers: [container(clients, image, version)],
      volumes: [
        { name: 'script', configMap: { name: NAME } },
        { name: 'database', configMap: { name: 'database' } },
        { name: 'master', secret: { secretName: 'postgres-master', defaultMode: READABLE_BY_GROUP } },
        loginsVolume(clients),
      ],
    },
  };
  const hash = createHash('sha256').update(JSON.stringify(template)).update(JSON.stringify(SCRIPTS)).digest('hex').slice(0, 8);
  return object('batch/v1', 'Job', `${NAME}-${hash}`, ADMIN_NAMESPACE, {
    spec: { backoffLimit: 5, activeDeadlineSeconds: 300, ttlSecondsAfterFinished: KEPT_SECONDS, template },
  });
}

/** A folder for each client with a file for each login. */
const loginsVolume = (clients: readonly DatabaseClient[]) => ({
  name: 'clients',
  projected: {
    defaultMode: READABLE_BY_GROUP,
    sources: clients.map(({ service }) => ({
      secret: { name: passwordSecret(service), items: ['active', 'idle'].map((key) => ({ key, path: `${service}/${key}` })) },
    })),
  },
});

const container = (clients: readonly DatabaseClient[], image: string, version: number) => ({
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
    { name: 'PASSWORD_VERSION', value: `${version}` },
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
