import { readFileSync } from 'node:fs';
import type { KubernetesObject } from '@mesh-platform/kubernetes';
import { type AwsPlace, databaseSettings, object, secretStore } from './aws-objects.ts';
import type { Outputs } from './outputs.ts';

/** Outside of the mesh, and of the platform: who may use the master password is nobody who serves requests. */
export const ADMIN_NAMESPACE = 'database-admin';
const NAME = 'database-role';
const READABLE_BY_GROUP = 288; // 0440

/** A job that gives the client's role the database and its password, with the master password that RDS rotates. Run once, and after a new password. */
export function databaseRole(
  outputs: Outputs,
  { client, authorities }: Pick<AwsPlace, 'client' | 'authorities'>,
  image: string,
): readonly KubernetesObject[] {
  const place = { namespace: ADMIN_NAMESPACE, client, authorities };
  return [
    namespace(),
    ...masterAndClient(outputs, client),
    ...reach(outputs),
    databaseSettings(outputs, place),
    script(),
    job(client, image),
  ];
}

const namespace = (): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: ADMIN_NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  }) as KubernetesObject;

function masterAndClient({ region, database }: Outputs, client: string): readonly KubernetesObject[] {
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
    secretStore(region, ADMIN_NAMESPACE),
    secret('postgres-master', database.master_secret_arn, ['username', 'password']),
    secret(`postgres-${client}`, database.client_secret_name, ['password']),
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

const script = (): KubernetesObject =>
  object('v1', 'ConfigMap', NAME, ADMIN_NAMESPACE, {
    data: { 'create-role.mjs': readFileSync(new URL('create-role.js', import.meta.url), 'utf8') },
  });

const job = (client: string, image: string): KubernetesObject =>
  object('batch/v1', 'Job', NAME, ADMIN_NAMESPACE, {
    spec: {
      backoffLimit: 5,
      activeDeadlineSeconds: 300,
      template: {
        metadata: { labels: { app: NAME } },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            runAsGroup: 1000,
            fsGroup: 1000,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [container(client, image)],
          volumes: [
            { name: 'script', configMap: { name: NAME } },
            { name: 'database', configMap: { name: 'database' } },
            { name: 'master', secret: { secretName: 'postgres-master', defaultMode: READABLE_BY_GROUP } },
            { name: 'client', secret: { secretName: `postgres-${client}`, defaultMode: READABLE_BY_GROUP } },
          ],
        },
      },
    },
  });

const container = (client: string, image: string) => ({
  name: NAME,
  image,
  command: ['node', '/run/script/create-role.mjs'],
  env: [
    ...[
      ['PGHOST', 'host'],
      ['PGPORT', 'port'],
      ['PGDATABASE', 'name'],
    ].map(([name, key]) => ({
      name,
      valueFrom: { configMapKeyRef: { name: 'database', key } },
    })),
    { name: 'ROLE', value: client },
  ],
  resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '1', memory: '256Mi' } },
  securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  volumeMounts: [
    { name: 'script', mountPath: '/run/script', readOnly: true },
    { name: 'database', mountPath: '/run/database', readOnly: true },
    { name: 'master', mountPath: '/run/secrets/master', readOnly: true },
    { name: 'client', mountPath: '/run/secrets/client', readOnly: true },
  ],
});
